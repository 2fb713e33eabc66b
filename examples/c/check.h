/* What a program does that cannot go on without the call that failed. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <wharf.h>

/* Ends the program if a call failed: says what was being done, what went wrong, and what to do. */
static inline void check(int status, const char *doing)
{
    if (status == WHARF_OK)
        return;
    fprintf(stderr, "cannot %s: %s (%s)\n", doing, wharf_error_message(), wharf_error_name(status));
    exit(EXIT_FAILURE);
}

/* The ticket is a line of text, as it came through whatever channel. */
static inline wharf_ticket ticket_argument(int argc, char **argv)
{
    wharf_ticket ticket;
    if (argc != 2) {
        fprintf(stderr, "usage: %s TICKET\n", argv[0]);
        exit(2);
    }
    check(wharf_ticket_from_text(argv[1], &ticket), "read the ticket");
    return ticket;
}

/* Prints a ticket, alone on a line, at once. */
static inline void print_ticket(const wharf_ticket *ticket)
{
    char text[WHARF_TICKET_TEXT_MAX];
    check(wharf_ticket_to_text(ticket, text, sizeof text, NULL), "write the ticket");
    puts(text);
    fflush(stdout);
}

#endif
