// Copies of arrays.
//
// An array of some megabytes, written alternately into two buffers, pushes what the driver reads
// out of the processor's cache, so that the copy waits for memory three times: for what it reads,
// for what it is about to overwrite, and for what was written before. Written past the cache it
// waits once. Smaller ones stay in the cache for the record's readers.
#pragma once

#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

constexpr size_t copiedPastCache = size_t{4} << 20; // bytes, from here on

#ifdef __SSE2__
inline void copyPastCache(char *to, const char *from, size_t size)
{
    constexpr size_t word = sizeof(__m128i), step = 4 * word;
    const size_t head = (word - reinterpret_cast<size_t>(to) % word) % word;
    std::memcpy(to, from, head);
    size_t done = head;
    for (; done + step <= size; done += step) {
        __m128i words[4];
        std::memcpy(words, from + done, step);
        for (size_t i = 0; i < 4; ++i)
            _mm_stream_si128(reinterpret_cast<__m128i *>(to + done) + i, words[i]);
    }
    _mm_sfence();
    std::memcpy(to + done, from + done, size - done);
}
#endif

inline void copyArray(void *to, const void *from, size_t size)
{
#ifdef __SSE2__
    if (size >= copiedPastCache)
        return copyPastCache(static_cast<char *>(to), static_cast<const char *>(from), size);
#endif
    std::memcpy(to, from, size);
}
