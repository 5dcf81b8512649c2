#pragma once
// Large pages for memory that is read here and there: with small ones a miss of the cache is mostly a miss of the address translation, too.

#include <cstddef>

namespace govlog {

/// Asks the system to back the memory by huge pages (madvise(2), MADV_HUGEPAGE) where it is large enough to hold one, before it is first written to.
/// A hint: nothing happens where the system has none. Threads: any.
void prefer_huge_pages(void* memory, std::size_t bytes);

}  // namespace govlog
