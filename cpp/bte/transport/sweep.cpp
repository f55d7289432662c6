#include "bte/transport/sweep.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "bte/require.hpp"
#include "bte/threads.hpp"
#include "bte/transport/order.hpp"

namespace bte::transport {
namespace {

template <class T>
using Kernel = void (*)(const Task<T>&);

struct Choice {
  Kernel<double> in_double;
  Kernel<float> in_single;
  double (*add_products)(std::int64_t, bool);
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
    return {kernel_v4::sweep_ordinate, kernel_v4::sweep_ordinate, kernel_v4::add_products,
            "x86-64-v4"};
  if (v3 && want != "baseline")
    return {kernel_v3::sweep_ordinate, kernel_v3::sweep_ordinate, kernel_v3::add_products,
            "x86-64-v3"};
#endif
  return {kernel_baseline::sweep_ordinate, kernel_baseline::sweep_ordinate,
          kernel_baseline::add_products, "baseline"};
}

constexpr std::int32_t max_chunks = 32;

// What sweeps add up.
struct Sums {
  std::vector<double> scattering, energy, flux, outflow;

  Sums(const Plan& plan, bool full)
      : scattering(plan.n_node, 0.0),
        energy(full ? plan.n_node : 0, 0.0),
        flux(full ? std::size_t(plan.n_node) * plan.dim : 0, 0.0),
        outflow(std::size_t(plan.n_side) * plan.n_face_vertex * plan.n_band, 0.0) {}

  // Takes what another has and leaves it empty.
  void take(Sums& other) {
    for (auto member : {&Sums::scattering, &Sums::energy, &Sums::flux, &Sums::outflow}) {
      std::vector<double>&to = this->*member, &from = other.*member;
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
      std::fill(from.begin(), from.end(), 0.0);
    }
  }
};

// Nodal values from the caller's numbering.
std::vector<double> number_as_here(const Plan& plan, std::span<const double> theirs) {
  std::vector<double> ours(theirs.size());
  if (theirs.empty()) return ours;
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    std::copy_n(&theirs[plan.first_node_of[c]], plan.vertices(c), &ours[plan.first_node[c]]);
  }
  return ours;
}

// Nodal values to the caller's numbering, `width` for each node.
std::vector<double> number_as_there(const Plan& plan, const std::vector<double>& ours,
                                    std::int64_t width) {
  std::vector<double> theirs(ours.size());
  if (ours.empty()) return theirs;
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    std::copy_n(&ours[plan.first_node[c] * width], plan.vertices(c) * width,
                &theirs[plan.first_node_of[c] * width]);
  }
  return theirs;
}

// Adds up the sums of chunks in their order, whichever is done first. Nobody waits: a chunk whose
// turn has not come is kept until it has.
class OrderedSums {
 public:
  OrderedSums(const Plan& plan, bool full, std::int32_t n_chunk)
      : m_plan(plan),
        m_full(full),
        m_total(plan, full),
        m_done(n_chunk) {}

  // Takes one chunk's sums and returns room for another's.
  std::unique_ptr<Sums> add(std::int32_t chunk, std::unique_ptr<Sums> sums) {
    m_done[chunk] = std::move(sums);
    while (m_next < m_done.size() && m_done[m_next] != nullptr) {
      m_total.take(*m_done[m_next]);
      m_free.push_back(std::move(m_done[m_next++]));
    }
    return empty();
  }

  std::unique_ptr<Sums> empty() {
    if (m_free.empty()) return std::make_unique<Sums>(m_plan, m_full);
    std::unique_ptr<Sums> sums = std::move(m_free.back());
    m_free.pop_back();
    return sums;
  }

  Sums& total() { return m_total; }

 private:
  const Plan& m_plan;
  const bool m_full;
  Sums m_total;
  std::vector<std::unique_ptr<Sums>> m_done, m_free;
  std::size_t m_next = 0;
};

template <class T>
struct Scratch {
  std::int64_t lane_stride;
  std::unique_ptr<T[]> slots;
  std::vector<T> spread;
  std::vector<std::int32_t> slot_of, free_slots;
  std::vector<std::uint8_t> readers;

  Scratch(const Plan& plan, const Schedule& schedule, std::int32_t n_slot, std::int32_t width)
      : lane_stride(plan.n_node +
                    std::int64_t(plan.n_side + most_cuts(schedule)) * plan.n_face_vertex),
        slots(new T[by_wavefront(plan) ? std::size_t(plan.wave_lanes * lane_stride)
                                       : std::size_t(n_slot) * plan.n_vertex * width]),
        spread(static_cast<std::size_t>(2) * plan.n_face * plan.n_face_vertex * width),
        slot_of(by_wavefront(plan) ? 0 : plan.n_cell),
        free_slots(by_wavefront(plan) ? 0 : n_slot),
        readers(by_wavefront(plan) ? 0 : plan.n_cell) {
    if (by_wavefront(plan)) std::fill_n(slots.get(), plan.wave_lanes * lane_stride, T(0));
  }

  static bool by_wavefront(const Plan& plan) {
    return sizeof(T) == sizeof(double) && plan.wave_lanes > 0;
  }

  static std::int32_t most_cuts(const Schedule& schedule) {
    std::size_t most = 0;
    for (const std::vector<Cut>& cuts : schedule.cuts_in) most = std::max(most, cuts.size());
    return static_cast<std::int32_t>(most);
  }
};

template <class T>
Task<T> make_task(const SweepInput& input, Sums& sums, Scratch<T>& scratch, double* trace_out) {
  Task<T> task;
  task.emission = input.emission.data();
  task.trace_in = input.traces.data();
  task.trace_out = trace_out;
  task.scattering = sums.scattering.data();
  task.outflow = sums.outflow.data();
  task.energy = input.full ? sums.energy.data() : nullptr;
  task.flux = input.full ? sums.flux.data() : nullptr;
  task.slots = scratch.slots.get();
  task.lane_stride = scratch.lane_stride;
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
  std::size_t total =
      bytes(m_plan.face_vector, m_plan.volume, m_plan.first_node, m_plan.zone, m_plan.cell_of,
            m_plan.first_node_of, m_plan.upwind_node, m_plan.outer_faces, m_plan.neighbour,
            m_plan.matching_vertex, m_plan.shapes.of_cell, m_plan.shapes.values, m_plan.trace_read,
            m_plan.trace_write);
  for (const Order& order : m_schedule.orders) {
    total += bytes(order.cells, order.flow, order.wave_start);
  }
  for (const std::vector<Cut>& cuts : m_schedule.cuts_in) total += 2 * bytes(cuts);
  return total;
}

std::string Transport::instruction_set() { return choose_kernel().name; }

double Transport::add_products(std::int64_t rounds, bool single) {
  return choose_kernel().add_products(rounds, single);
}

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
}

// Few lanes go by wavefronts, in double precision: packs are full either way.
SweepResult Transport::sweep(const SweepInput& input) const {
  check(input);
  const bool single = input.single && m_plan.wave_lanes == 0;
  return single ? sweep_in(input, m_plan.lanes_single) : sweep_in(input, m_plan.lanes);
}

// Threads take chunks of consecutive ordinates; what they find is added in the order of the
// ordinates: about one set of sums per thread, and the same bits for any number of threads.
template <class T>
SweepResult Transport::sweep_in(const SweepInput& input, const LaneTables<T>& lanes) const {
  const Choice kernel = choose_kernel();
  const int threads = std::min<int>(thread_count(input.threads), m_plan.n_ordinate);
  const std::int64_t n = m_plan.n_ordinate;
  const auto n_chunk = static_cast<std::int32_t>(std::min<std::int64_t>(n, max_chunks));
  const std::int32_t slots = n_slot();
  OrderedSums ordered(m_plan, input.full, n_chunk);
  const std::vector<double> temperature = number_as_here(m_plan, input.temperature);
  const std::vector<double> source = number_as_here(m_plan, input.source);
  std::vector<double> traces(input.traces.size(), 0.0);
#pragma omp parallel num_threads(threads)
  {
    Scratch<T> scratch(m_plan, m_schedule, slots, lanes.width);
    auto sums = std::make_unique<Sums>(m_plan, input.full);
#pragma omp for schedule(dynamic, 1)
    for (std::int32_t chunk = 0; chunk < n_chunk; ++chunk) {
      Task<T> task = make_task(input, *sums, scratch, traces.data());
      task.plan = &m_plan;
      task.temperature = temperature.data();
      task.source = source.empty() ? nullptr : source.data();
      task.schedule = &m_schedule;
      task.lanes = &lanes;
      for (std::int64_t i = n * chunk / n_chunk; i < n * (chunk + 1) / n_chunk; ++i) {
        task.ordinate = static_cast<std::int32_t>(i);
        kernel(task);
      }
#pragma omp critical(bte_ordered_sums)
      sums = ordered.add(chunk, std::move(sums));
    }
  }
  Sums& total = ordered.total();
  return {number_as_there(m_plan, total.scattering, 1), number_as_there(m_plan, total.energy, 1),
          number_as_there(m_plan, total.flux, m_plan.dim), std::move(total.outflow),
          std::move(traces)};
}

}  // namespace bte::transport
