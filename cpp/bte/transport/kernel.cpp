// The sweep of one ordinate, compiled once per instruction set into a namespace of its own
// (BTE_KERNEL), so that no inline function of one set can be linked into another.
#include "bte/transport/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "bte/transport/reference.hpp"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(__GNUC__)
#define BTE_UNROLL _Pragma("GCC unroll 8")
#define BTE_INLINE __attribute__((always_inline))
#define BTE_LAMBDA __attribute__((always_inline))
#else
#define BTE_UNROLL
#define BTE_INLINE
#define BTE_LAMBDA
#endif

namespace bte::transport::BTE_KERNEL {
namespace {

// clang-format off
#include "bte/transport/pack.hpp"
#include "bte/transport/simplex_balance.hpp"
#include "bte/transport/dense_balance.hpp"
#include "bte/transport/lane_loop.hpp"
#include "bte/transport/boundary.hpp"
#include "bte/transport/sweeper.hpp"
#include "bte/transport/wavefront.hpp"
// clang-format on

template <template <class, int, bool, bool> class Kernel, class T, int D>
void sweep(const Task<T>& task) {
  const bool full = task.energy != nullptr;
  if (task.source != nullptr) {
    full ? Kernel<T, D, true, true>(task).run() : Kernel<T, D, false, true>(task).run();
  } else {
    full ? Kernel<T, D, true, false>(task).run() : Kernel<T, D, false, false>(task).run();
  }
}

template <class T, int D>
void sweep_cells(const Task<T>& task) {
  if constexpr (sizeof(T) == sizeof(double)) {
    if (task.plan->wave_lanes > 0) return sweep<Wavefront, T, D>(task);
  }
  sweep<Sweeper, T, D>(task);
}

template <class T>
void sweep_in(const Task<T>& task) {
  switch (task.plan->dim) {
    case 1: sweep_cells<T, 1>(task); break;
    case 2: sweep_cells<T, 2>(task); break;
    case 3: sweep_cells<T, 3>(task); break;
    default: break;
  }
}

}  // namespace

void sweep_ordinate(const Task<double>& task) { sweep_in(task); }
void sweep_ordinate(const Task<float>& task) { sweep_in(task); }

}  // namespace bte::transport::BTE_KERNEL
