#pragma once
// How many threads a parallel region gets.

#ifdef _OPENMP
#include <omp.h>
#endif

namespace bte {

// All that there are where none are asked for; one without OpenMP.
inline int thread_count(int wanted) {
#ifdef _OPENMP
  return wanted > 0 ? wanted : omp_get_max_threads();
#else
  (void)wanted;
  return 1;
#endif
}

}  // namespace bte
