#pragma once
#include "bte/transport/plan.hpp"

namespace bte::transport {

// What one ordinate's sweep reads and writes. T is the precision of the intensity.
template <class T>
struct Task {
  const Plan* plan = nullptr;
  const Schedule* schedule = nullptr;
  const LaneTables<T>* lanes = nullptr;
  std::int32_t ordinate = 0;

  const double* temperature = nullptr;  // (node) T_L + Q/S
  const double* source = nullptr;       // (node) lane-resolved source density or null
  const double* emission = nullptr;     // (side, face vertex, band)
  const double* trace_in = nullptr;     // (trace, face vertex, lane)
  double* trace_out = nullptr;          // the same

  double* scattering = nullptr;  // (node) += w sum C v / Lambda theta
  double* energy = nullptr;      // (node) += w sum C theta, or null
  double* flux = nullptr;        // (node, dim) += w Omega sum C v s theta, or null
  double* outflow = nullptr;     // (side, face vertex, band) += w Omega . a_j sum C v s theta

  // scratch of one thread
  T* slots = nullptr;                  // (slot, vertex, width), or all nodes by wavefront
  std::int64_t lane_stride = 0;        // of the latter
  T* spread = nullptr;                 // (2, face, face vertex, width)
  std::int32_t* slot_of = nullptr;     // (cell)
  std::int32_t* free_slots = nullptr;  // (slot)
  std::uint8_t* readers = nullptr;     // (cell)
};

#define BTE_DECLARE_KERNEL(name)                 \
  namespace name {                               \
  void sweep_ordinate(const Task<double>& task); \
  void sweep_ordinate(const Task<float>& task);  \
  }
BTE_DECLARE_KERNEL(kernel_baseline)
BTE_DECLARE_KERNEL(kernel_v3)
BTE_DECLARE_KERNEL(kernel_v4)
#undef BTE_DECLARE_KERNEL

}  // namespace bte::transport
