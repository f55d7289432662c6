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

template <class T>
using Kernel = void (*)(const Task<T>&);

struct Choice {
  Kernel<double> in_double;
  Kernel<float> in_single;
  const char* name;

  void operator()(const Task<double>& task) const { in_double(task); }
  void operator()(const Task<float>& task) const { in_single(task); }
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
  if (v4 && (want.empty() || want == "v4"))
    return {kernel_v4::sweep_ordinate, kernel_v4::sweep_ordinate, "x86-64-v4"};
  if (v3 && want != "baseline")
    return {kernel_v3::sweep_ordinate, kernel_v3::sweep_ordinate, "x86-64-v3"};
#endif
  return {kernel_baseline::sweep_ordinate, kernel_baseline::sweep_ordinate, "baseline"};
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

template <class T>
struct Scratch {
  std::unique_ptr<T[]> slots;
  std::vector<T> spread;
  std::vector<std::int32_t> slot_of, free_slots;
  std::vector<std::uint8_t> readers;

  Scratch(const Plan& plan, std::int32_t n_slot, std::int32_t width)
      : slots(new T[static_cast<std::size_t>(n_slot) * plan.n_vertex * width]),
        spread(static_cast<std::size_t>(2) * plan.n_face * plan.n_face_vertex * width),
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
  const std::size_t nodes = plan.n_node;
  Partial part;
  part.scattering.assign(nodes, 0.0);
  part.outflow.assign(static_cast<std::size_t>(plan.n_side) * plan.n_face_vertex * plan.n_band,
                      0.0);
  if (full) {
    part.energy.assign(nodes, 0.0);
    part.flux.assign(nodes * plan.dim, 0.0);
  }
  return part;
}

template <class T>
Task<T> make_task(const SweepInput& input, Partial& part, Scratch<T>& scratch, double* trace_out) {
  Task<T> task;
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
  const auto bytes = [](const auto&... tables) {
    return (0 + ... + (tables.size() * sizeof(tables[0])));
  };
  std::size_t total = bytes(m_plan.face_vector, m_plan.volume, m_plan.first_node, m_plan.zone,
                            m_plan.neighbour, m_plan.matching_vertex, m_plan.shapes.of_cell,
                            m_plan.shapes.values, m_plan.trace_read, m_plan.trace_write);
  for (const Order& order : m_schedule.orders) total += bytes(order.cells, order.flow);
  for (const std::vector<Cut>& cuts : m_schedule.cuts_in) total += 2 * bytes(cuts);
  return total;
}

std::string Transport::instruction_set() { return choose_kernel().name; }

void Transport::check(const SweepInput& input) const {
  const std::size_t nodes = m_plan.n_node;
  const std::size_t face_vertices = m_plan.n_face_vertex;
  require(input.temperature.size() == nodes, "temperature must hold one value per node");
  require(input.source.empty() || input.source.size() == nodes,
          "source must be empty or hold one value per node");
  require(input.emission.size() == m_plan.n_side * face_vertices * m_plan.n_band,
          "emission must have shape (side, face vertex, band)");
  require(input.traces.size() == m_plan.n_trace() * face_vertices * m_plan.n_lane,
          "traces must have shape (trace, face vertex, lane)");
  for (const std::int32_t o : input.ordinates)
    require(o >= 0 && o < m_plan.n_ordinate, "ordinates must lie below their number");
}

SweepResult Transport::sweep(const SweepInput& input) const {
  check(input);
  return input.single ? sweep_in(input, m_plan.lanes_single) : sweep_in(input, m_plan.lanes);
}

template <class T>
SweepResult Transport::sweep_in(const SweepInput& input, const LaneTables<T>& lanes) const {
  const Choice kernel = choose_kernel();
  const int threads = std::min<int>(thread_count(input.threads), m_plan.n_ordinate);
  const bool all = input.ordinates.empty();
  const std::int64_t n = all ? m_plan.n_ordinate : std::ssize(input.ordinates);
  const auto n_chunk = static_cast<std::int32_t>(std::min<std::int64_t>(n, max_chunks));
  const std::int32_t slots = n_slot();
  std::vector<Partial> parts(n_chunk);
  SweepResult result;
  result.traces.assign(input.traces.size(), 0.0);
#pragma omp parallel num_threads(threads)
  {
    Scratch<T> scratch(m_plan, slots, lanes.width);
#pragma omp for schedule(dynamic, 1)
    for (std::int32_t chunk = 0; chunk < n_chunk; ++chunk) {
      parts[chunk] = make_partial(m_plan, input.full);
      Task<T> task = make_task(input, parts[chunk], scratch, result.traces.data());
      task.plan = &m_plan;
      task.schedule = &m_schedule;
      task.lanes = &lanes;
      for (std::int64_t i = n * chunk / n_chunk; i < n * (chunk + 1) / n_chunk; ++i) {
        task.ordinate = all ? static_cast<std::int32_t>(i) : input.ordinates[i];
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
