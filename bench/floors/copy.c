/* Copies: the C library's, and one with streaming stores, 64 bytes at a time with the widest stores there are. */
#include "floors.h"

#include <string.h>

static void *(*volatile libc_memcpy)(void *, const void *, size_t) = memcpy;

void wharf_floor_memcpy(void *to, const void *from, size_t len)
{
    libc_memcpy(to, from, len);
}

/* Copies what lies before the first and after the last whole line of `to`, and returns the middle's length. */
static size_t edges(char **to, const char **from, size_t len)
{
    size_t head = (64 - ((uintptr_t)*to & 63)) & 63;
    if (head > len)
        head = len;
    libc_memcpy(*to, *from, head);
    *to += head;
    *from += head;
    size_t middle = (len - head) & ~(size_t)63;
    libc_memcpy(*to + middle, *from + middle, len - head - middle);
    return middle;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f"))) static void lines_avx512(char *to, const char *from, size_t len)
{
    for (size_t at = 0; at < len; at += 64)
        _mm512_stream_si512((void *)(to + at), _mm512_loadu_si512((const void *)(from + at)));
}

__attribute__((target("avx2"))) static void lines_avx2(char *to, const char *from, size_t len)
{
    for (size_t at = 0; at < len; at += 64) {
        __m256i a = _mm256_loadu_si256((const void *)(from + at));
        __m256i b = _mm256_loadu_si256((const void *)(from + at + 32));
        _mm256_stream_si256((void *)(to + at), a);
        _mm256_stream_si256((void *)(to + at + 32), b);
    }
}

static void lines_sse2(char *to, const char *from, size_t len)
{
    for (size_t at = 0; at < len; at += 16)
        _mm_stream_si128((void *)(to + at), _mm_loadu_si128((const void *)(from + at)));
}

void wharf_floor_streaming(void *to, const void *from, size_t len)
{
    char *t = to;
    const char *f = from;
    size_t middle = edges(&t, &f, len);
    if (__builtin_cpu_supports("avx512f"))
        lines_avx512(t, f, middle);
    else if (__builtin_cpu_supports("avx2"))
        lines_avx2(t, f, middle);
    else
        lines_sse2(t, f, middle);
    _mm_sfence();
}

const char *wharf_floor_streaming_name(void)
{
    if (__builtin_cpu_supports("avx512f"))
        return "avx512";
    return __builtin_cpu_supports("avx2") ? "avx2" : "sse2";
}

#elif defined(__aarch64__)

void wharf_floor_streaming(void *to, const void *from, size_t len)
{
    char *t = to;
    const char *f = from;
    size_t middle = edges(&t, &f, len);
    for (size_t at = 0; at < middle; at += 32)
        __asm__ volatile("ldp q0, q1, [%0]\n\tstnp q0, q1, [%1]"
                         :
                         : "r"(f + at), "r"(t + at)
                         : "v0", "v1", "memory");
    __asm__ volatile("dmb ishst" ::: "memory");
}

const char *wharf_floor_streaming_name(void)
{
    return "stnp";
}

#else
#error "the floors are written for x86-64 and aarch64"
#endif
