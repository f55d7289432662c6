#pragma once
#include "bte/transport/plan.hpp"

namespace bte::transport {

// What one ordinate's sweep reads and writes.
struct Task {
  const Plan* plan = nullptr;
  const Schedule* schedule = nullptr;
  std::int32_t ordinate = 0;

  const double* temperature = nullptr;  // (node) T_L + Q/S
  const double* source = nullptr;       // (node) lane-resolved source density or null
  const double* emission = nullptr;     // (side, face vertex, band)
  const double* trace_in = nullptr;     // (trace, face vertex, lane)
  double* trace_out = nullptr;          // the same

  double* scattering = nullptr;  // (node) += w sum C v / Lambda theta
  double* energy = nullptr;      // (node) += w sum C theta, or null
  double* flux = nullptr;        // (node, dim) += w Omega sum C v s theta, or null
  double* outflow = nullptr;     // (side, face vertex, band) += w Omega . a sum C v s theta

  // scratch of one thread
  double* slots = nullptr;             // (slot, vertex, lane)
  double* spread = nullptr;            // (face, face vertex, lane)
  const double* zeros = nullptr;       // (lane)
  std::int32_t* slot_of = nullptr;     // (cell)
  std::int32_t* free_slots = nullptr;  // (slot)
  std::uint8_t* readers = nullptr;     // (cell)
};

namespace kernel_baseline {
void sweep_ordinate(const Task& task);
}
namespace kernel_v3 {
void sweep_ordinate(const Task& task);
}
namespace kernel_v4 {
void sweep_ordinate(const Task& task);
}

}  // namespace bte::transport
