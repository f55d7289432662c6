#pragma once
#include "bte/transport/kernel.hpp"

#include <span>
#include <string>

namespace bte::transport {

// One sweep visits every (cell, ordinate, lane) once. All sums are taken in ordinate order,
// whatever the number of threads, so that results are the same to the bit.
struct SweepInput {
  std::span<const double> temperature;  // (node)
  std::span<const double> source;       // (node) or empty
  std::span<const double> emission;     // (side, face vertex, band)
  std::span<const double> traces;       // (trace, face vertex, lane)
  bool full = false;                    // also energy and flux moments
  int threads = 0;                      // 0: all
  bool single = false;                  // intensity and elimination in single precision
};

struct SweepResult {
  std::vector<double> scattering;  // (node)
  std::vector<double> energy;      // (node) or empty
  std::vector<double> flux;        // (node, dim) or empty
  std::vector<double> outflow;     // (side, face vertex, band)
  std::vector<double> traces;      // (trace, face vertex, lane)
};

class Transport {
 public:
  explicit Transport(Plan plan);
  SweepResult sweep(const SweepInput& input) const;

  const Plan& plan() const { return m_plan; }
  const Schedule& schedule() const { return m_schedule; }
  std::int32_t n_slot() const;  // longest front over all ordinates
  std::size_t memory() const;   // bytes held between sweeps

  static std::string instruction_set();
  // Multiplies and adds as fast as the kernel could at best; returns the number of operations.
  static double add_products(std::int64_t rounds, bool single);

 private:
  void check(const SweepInput& input) const;
  template <class T>
  SweepResult sweep_in(const SweepInput& input, const LaneTables<T>& lanes) const;

  Plan m_plan;
  Schedule m_schedule;
};

}  // namespace bte::transport
