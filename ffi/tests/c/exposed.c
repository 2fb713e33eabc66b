/* Memory of one process's own, read by another: this program exposes it, and starts itself again as its reader,
 * `exposed HOW TICKET`, which says how it went. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { ROWS = 700, COLUMNS = 300, PAGE = 4096 };

/* Its own path. */
static const char *self;
/* Whether a reader stops where it is about to read, until it is told to go on. */
static int slow;

static void say(char what)
{
    CHECK(write(1, &what, 1) == 1);
}

#ifdef __cplusplus
#define AS_DECLARED noexcept
#else
#define AS_DECLARED
#endif

/* The library calls this in place of the system's. */
ssize_t process_vm_readv(pid_t process, const struct iovec *here, unsigned long here_count,
                         const struct iovec *there, unsigned long there_count, unsigned long flags) AS_DECLARED
{
    char go;
    if (slow) {
        slow = 0;
        say('R');
        CHECK(read(0, &go, 1) == 1);
    }
    return syscall(SYS_process_vm_readv, process, here, here_count, there, there_count, flags);
}

/* From here on the kernel answers that call as it does in a container that forbids it. */
static void forbid(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0);
}

static void look(const wharf_fabric *fabric, const wharf_view *view)
{
    wharf_fabric_counters counters;
    wharf_array array;
    const void *data;
    size_t size;
    int is_copy = -1;
    OK(wharf_view_is_copy(view, &is_copy));
    CHECK(is_copy == 1);
    OK(wharf_view_array(view, &array));
    CHECK(array.element == WHARF_FLOAT64 && array.order == WHARF_ORDER_FORTRAN && array.dimensions == 2);
    CHECK(array.shape[0] == ROWS && array.shape[1] == COLUMNS);
    OK(wharf_view_data(view, &data, &size));
    CHECK(size == ROWS * COLUMNS * sizeof(double));
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        CHECK(((const double *)data)[i] == i);
    }
    WHARF_INIT(counters);
    OK(wharf_fabric_get_counters(fabric, &counters));
    CHECK(counters.resolves == 1 && counters.hits == 1 && counters.bytes_resolved == size);
}

/* The reader. */
static void reads(const char *how, const char *text)
{
    wharf_fabric *fabric = open_fabric();
    wharf_ticket ticket;
    wharf_view *view = NULL;
    OK(wharf_ticket_from_text(text, &ticket));
    if (strcmp(how, "copies") == 0) {
        OK(wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
        look(fabric, view);
    } else if (strcmp(how, "is-slow") == 0) {
        slow = 1;
        RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
    } else if (strcmp(how, "is-forbidden") == 0) {
        forbid();
        RETURNS(WHARF_ERROR_ATTACH, wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
        CHECK(strstr(wharf_error_message(), "seccomp") != NULL);
        CHECK(strstr(wharf_error_message(), "--cap-add=SYS_PTRACE") != NULL);
    } else {
        CHECK(strcmp(how, "finds-a-hole") == 0);
        RETURNS(WHARF_ERROR_UNREADABLE, wharf_fabric_resolve(fabric, &ticket, WHARF_FOREVER, &view));
        CHECK(strstr(wharf_error_message(), "byte 4096 of the ") != NULL);
    }
    OK(wharf_view_release(view));
    OK(wharf_fabric_close(fabric));
}

struct reader {
    pid_t process;
    int to, from;
};

static struct reader start(const char *how, const wharf_ticket *ticket)
{
    char text[WHARF_TICKET_TEXT_MAX];
    int to[2], from[2];
    struct reader reader;
    OK(wharf_ticket_to_text(ticket, text, sizeof text, NULL));
    CHECK(pipe(to) == 0 && pipe(from) == 0);
    reader.process = fork();
    CHECK(reader.process >= 0);
    if (reader.process == 0) {
        if (dup2(to[0], 0) == 0 && dup2(from[1], 1) == 1) {
            close(to[0]), close(to[1]), close(from[0]), close(from[1]);
            execl(self, self, how, text, (char *)NULL);
        }
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    reader.to = to[1];
    reader.from = from[0];
    return reader;
}

/* The reader is in the middle of reading. */
static void reading(const struct reader *reader)
{
    char said;
    CHECK(read(reader->from, &said, 1) == 1 && said == 'R');
}

static int end(const struct reader *reader)
{
    int status;
    CHECK(waitpid(reader->process, &status, 0) == reader->process);
    close(reader->to);
    close(reader->from);
    return status;
}

static void succeeds(struct reader reader)
{
    CHECK(end(&reader) == 0);
}

static void is_read(const wharf_store *store, const double *field, const wharf_array *array)
{
    wharf_store_counters counters;
    wharf_exposed *memory;
    wharf_ticket ticket;
    struct reader first, second;
    OK(wharf_store_expose_array(store, field, array, &memory));
    OK(wharf_exposed_ticket(memory, &ticket));
    first = start("copies", &ticket);
    second = start("copies", &ticket);
    succeeds(first);
    succeeds(second);
    succeeds(start("is-forbidden", &ticket));
    OK(wharf_unexpose(memory, WHARF_FOREVER));
    WHARF_INIT(counters);
    OK(wharf_store_get_counters(store, &counters));
    CHECK(counters.puts == 1 && counters.bytes_copied == 0);
}

/* While somebody reads, the memory is not given back; a reader who finds it gone, or is killed, lets go. */
static void is_still_read(const wharf_fabric *fabric, const wharf_store *store, const double *field,
                          const wharf_array *array)
{
    for (int killed = 0; killed < 2; killed++) {
        wharf_exposed *memory;
        wharf_ticket ticket;
        wharf_view *none;
        struct reader reader;
        OK(wharf_store_expose_array(store, field, array, &memory));
        OK(wharf_exposed_ticket(memory, &ticket));
        reader = start("is-slow", &ticket);
        reading(&reader);
        RETURNS(WHARF_ERROR_STILL_READ, wharf_unexpose(memory, WHARF_NOW));
        RETURNS(WHARF_ERROR_STILL_READ, wharf_unexpose(memory, 20 * 1000 * 1000));
        RETURNS(WHARF_ERROR_EVICTED, wharf_fabric_resolve(fabric, &ticket, WHARF_NOW, &none));
        if (killed) {
            CHECK(kill(reader.process, SIGKILL) == 0);
            OK(wharf_unexpose(memory, WHARF_FOREVER));
            CHECK(WIFSIGNALED(end(&reader)));
        } else {
            CHECK(write(reader.to, "g", 1) == 1);
            OK(wharf_unexpose(memory, WHARF_FOREVER));
            succeeds(reader);
        }
        RETURNS(WHARF_ERROR_CLOSED_HANDLE, wharf_unexpose(memory, WHARF_NOW));
    }
}

static void has_a_hole(const wharf_store *store)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    unsigned char *pages = (unsigned char *)mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
    wharf_exposed *memory;
    wharf_ticket ticket;
    CHECK(pages != MAP_FAILED);
    memset(pages, 7, 3 * PAGE);
    OK(wharf_store_expose(store, pages, 3 * PAGE, &memory));
    OK(wharf_exposed_ticket(memory, &ticket));
    CHECK(mprotect(pages + PAGE, PAGE, PROT_NONE) == 0);
    succeeds(start("finds-a-hole", &ticket));
    OK(wharf_unexpose(memory, WHARF_NOW));
    CHECK(munmap(pages, 3 * PAGE) == 0);
}

int main(int count, char **arguments)
{
    wharf_array array = array_of(WHARF_FLOAT64, 2, ROWS, COLUMNS);
    wharf_fabric *fabric;
    wharf_store *store;
    double *field;
    self = arguments[0];
    if (count == 3) {
        reads(arguments[1], arguments[2]);
        return 0;
    }
    fabric = open_fabric();
    store = open_store(fabric, "exposed");
    OK(wharf_allow_attach());
    field = (double *)malloc(ROWS * COLUMNS * sizeof *field);
    CHECK(field != NULL);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        field[i] = i;
    }
    array.order = WHARF_ORDER_FORTRAN;
    is_read(store, field, &array);
    is_still_read(fabric, store, field, &array);
    has_a_hole(store);
    free(field);
    OK(wharf_store_close(store));
    OK(wharf_fabric_close(fabric));
    printf("exposed: done\n");
    return 0;
}
