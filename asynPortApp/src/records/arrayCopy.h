// Copies of arrays.
//
// A large array, written alternately into two buffers, pushes what the driver reads out of the
// processor's cache, so that the copy waits for memory three times: for what it reads, for what it
// is about to overwrite, and for what was written before. What goes past the cache waits once. So
// the first megabytes stay in the cache, for the record's readers, too, and the rest does not.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

constexpr size_t cachedCopy = size_t{4} << 20; // bytes

#ifdef __SSE2__
inline void copyPastCache(char *to, const char *from, size_t size)
{
    constexpr size_t word = sizeof(__m128i), step = 4 * word;
    const size_t head = std::min(size, (word - reinterpret_cast<size_t>(to) % word) % word);
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

// from may be NULL where there is nothing to copy.
inline void copyArray(void *to, const void *from, size_t size)
{
    if (size == 0)
        return;
#ifdef __SSE2__
    if (size > cachedCopy) {
        copyPastCache(static_cast<char *>(to) + cachedCopy,
                      static_cast<const char *>(from) + cachedCopy, size - cachedCopy);
        size = cachedCopy;
    }
#endif
    std::memcpy(to, from, size);
}
