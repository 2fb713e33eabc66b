/* A program's threads, descriptors, signals, environment and locale, to be compared. */
#ifndef HABITS_H
#define HABITS_H

#include <dirent.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"

extern char **environ;

/* The entries of a folder of /proc/self whose numbers are below a limit. */
static inline int entries(const char *folder, long limit)
{
    int count = 0;
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    CHECK(directory != NULL);
    while ((entry = readdir(directory)) != NULL) {
        count += entry->d_name[0] != '.' && atol(entry->d_name) < limit;
    }
    closedir(directory);
    return count;
}

static inline int threads(void)
{
    return entries("/proc/self/task", LONG_MAX);
}

/* This function's own included, and those not that Valgrind has above what the program may. */
static inline int descriptors(void)
{
    return entries("/proc/self/fd", sysconf(_SC_OPEN_MAX));
}

/* What the program has of what it shares with its libraries. */
struct habits {
    struct sigaction actions[65];
    sigset_t mask;
    char environment[20000];
    char locale[200];
    int descriptors;
    int threads;
};

static inline void look(struct habits *habits)
{
    size_t length = 0;
    memset(habits, 0, sizeof *habits);
    for (int number = 1; number < 65; number++) {
        sigaction(number, NULL, &habits->actions[number]); /* fails for those of the C library */
    }
    CHECK(sigprocmask(SIG_BLOCK, NULL, &habits->mask) == 0);
    for (char **variable = environ; *variable != NULL; variable++) {
        size_t size = strlen(*variable) + 1;
        CHECK(length + size < sizeof habits->environment);
        memcpy(habits->environment + length, *variable, size);
        length += size;
    }
    snprintf(habits->locale, sizeof habits->locale, "%s", setlocale(LC_ALL, NULL));
    habits->descriptors = descriptors();
    habits->threads = threads();
}

static inline void check_same(const struct habits *before, const struct habits *after)
{
    for (int number = 1; number < 65; number++) {
        const struct sigaction *action = &before->actions[number], *now = &after->actions[number];
        CHECK(action->sa_handler == now->sa_handler && action->sa_flags == now->sa_flags);
        CHECK(sigismember(&before->mask, number) == sigismember(&after->mask, number));
    }
    CHECK(memcmp(before->environment, after->environment, sizeof before->environment) == 0);
    CHECK(strcmp(before->locale, after->locale) == 0);
    CHECK(before->descriptors == after->descriptors);
    CHECK(before->threads == after->threads);
}

#endif
