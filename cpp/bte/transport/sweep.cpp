#include "bte/transport/sweep.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "bte/require.hpp"
#include "bte/transport/order.hpp"

namespace bte::transport {
namespace {

using Kernel = void (*)(const Task&);

struct Choice {
  Kernel kernel;
  const char* name;
};

// BTE_SIMD=baseline|v3|v4 overrides the choice, to compare instruction sets.
Choice choose_kernel() {
  const char* wanted = std::getenv("BTE_SIMD");
  const std::string want = wanted != nullptr ? wanted : "";
#ifdef BTE_X86_KERNELS
  __builtin_cpu_init();
  const bool v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd");
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi2");
  if (v4 && (want.empty() || want == "v4")) return {kernel_v4::sweep_ordinate, "x86-64-v4"};
  if (v3 && want != "baseline") return {kernel_v3::sweep_ordinate, "x86-64-v3"};
#endif
  return {kernel_baseline::sweep_ordinate, "baseline"};
}

constexpr std::int32_t max_chunks = 16;

int thread_count(int wanted) {
#ifdef _OPENMP
  return wanted > 0 ? wanted : omp_get_max_threads();
#else
  (void)wanted;
  return 1;
#endif
}

struct Partial {
  std::vector<double> scattering, energy, flux, outflow;
};

struct Scratch {
  std::unique_ptr<double[]> slots;
  std::vector<double> spread, zeros;
  std::vector<std::int32_t> slot_of, free_slots;
  std::vector<std::uint8_t> readers;

  Scratch(const Plan& plan, std::int32_t n_slot)
      : slots(new double[static_cast<std::size_t>(n_slot) * plan.vertices() * plan.n_lane]),
        spread(static_cast<std::size_t>(plan.vertices()) * plan.dim * plan.n_lane),
        zeros(plan.n_lane, 0.0),
        slot_of(plan.n_cell),
        free_slots(n_slot),
        readers(plan.n_cell) {}
};

// total <- sum of the parts, in their order
void reduce(std::vector<double>& total, std::vector<Partial>& parts,
            std::vector<double> Partial::* member, int threads) {
  total = std::move(parts[0].*member);
  const auto n = static_cast<std::int64_t>(total.size());
  (void)threads;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = total[i];
    for (std::size_t p = 1; p < parts.size(); ++p) sum += (parts[p].*member)[i];
    total[i] = sum;
  }
}

Partial make_partial(const Plan& plan, bool full) {
  const std::size_t nodes = static_cast<std::size_t>(plan.n_cell) * plan.vertices();
  Partial part;
  part.scattering.assign(nodes, 0.0);
  part.outflow.assign(static_cast<std::size_t>(plan.n_side) * plan.dim * plan.n_band, 0.0);
  if (full) {
    part.energy.assign(nodes, 0.0);
    part.flux.assign(nodes * plan.dim, 0.0);
  }
  return part;
}

Task make_task(const Plan& plan, const Schedule& schedule, const SweepInput& input, Partial& part,
               Scratch& scratch, double* trace_out) {
  Task task;
  task.plan = &plan;
  task.schedule = &schedule;
  task.temperature = input.temperature.data();
  task.source = input.source.empty() ? nullptr : input.source.data();
  task.emission = input.emission.data();
  task.trace_in = input.traces.data();
  task.trace_out = trace_out;
  task.scattering = part.scattering.data();
  task.outflow = part.outflow.data();
  task.energy = input.full ? part.energy.data() : nullptr;
  task.flux = input.full ? part.flux.data() : nullptr;
  task.slots = scratch.slots.get();
  task.spread = scratch.spread.data();
  task.zeros = scratch.zeros.data();
  task.slot_of = scratch.slot_of.data();
  task.free_slots = scratch.free_slots.data();
  task.readers = scratch.readers.data();
  return task;
}

}  // namespace

Transport::Transport(Plan plan) : m_plan(std::move(plan)), m_schedule(make_schedule(m_plan)) {}

std::int32_t Transport::n_slot() const {
  std::int32_t most = 1;
  for (const Order& order : m_schedule.orders) most = std::max(most, order.n_slot);
  return most;
}

std::size_t Transport::memory() const {
  std::size_t bytes = m_plan.face_vector.size() * 8 + m_plan.neighbour.size() * 4 +
                      m_plan.matching_vertex.size() + m_plan.volume.size() * 12;
  for (const Order& order : m_schedule.orders) bytes += order.cells.size() * 4;
  return bytes;
}

std::string Transport::instruction_set() { return choose_kernel().name; }

void Transport::check(const SweepInput& input) const {
  const std::size_t nodes = static_cast<std::size_t>(m_plan.n_cell) * m_plan.vertices();
  require(input.temperature.size() == nodes, "temperature must hold one value per node");
  require(input.source.empty() || input.source.size() == nodes,
          "source must be empty or hold one value per node");
  require(
      input.emission.size() == static_cast<std::size_t>(m_plan.n_side) * m_plan.dim * m_plan.n_band,
      "emission must have shape (side, face vertex, band)");
  require(input.traces.size() ==
              static_cast<std::size_t>(m_plan.n_trace()) * m_plan.dim * m_plan.n_lane,
          "traces must have shape (trace, face vertex, lane)");
}

SweepResult Transport::sweep(const SweepInput& input) const {
  check(input);
  const Kernel kernel = choose_kernel().kernel;
  const int threads = std::min<int>(thread_count(input.threads), m_plan.n_ordinate);
  const std::int32_t n_chunk = std::min(m_plan.n_ordinate, max_chunks);
  const std::int32_t slots = n_slot();
  std::vector<Partial> parts(n_chunk);
  SweepResult result;
  result.traces.assign(input.traces.size(), 0.0);
#pragma omp parallel num_threads(threads)
  {
    Scratch scratch(m_plan, slots);
#pragma omp for schedule(dynamic, 1)
    for (std::int32_t chunk = 0; chunk < n_chunk; ++chunk) {
      parts[chunk] = make_partial(m_plan, input.full);
      Task task = make_task(m_plan, m_schedule, input, parts[chunk], scratch, result.traces.data());
      const std::int64_t n = m_plan.n_ordinate;
      for (std::int64_t o = n * chunk / n_chunk; o < n * (chunk + 1) / n_chunk; ++o) {
        task.ordinate = static_cast<std::int32_t>(o);
        kernel(task);
      }
    }
  }
  reduce(result.scattering, parts, &Partial::scattering, threads);
  reduce(result.outflow, parts, &Partial::outflow, threads);
  if (input.full) {
    reduce(result.energy, parts, &Partial::energy, threads);
    reduce(result.flux, parts, &Partial::flux, threads);
  }
  return result;
}

}  // namespace bte::transport
