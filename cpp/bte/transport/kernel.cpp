// The sweep of one ordinate, compiled once per instruction set into a namespace of its own
// (BTE_KERNEL), so that no inline function of one set can be linked into another.
#include "bte/transport/kernel.hpp"

namespace bte::transport::BTE_KERNEL {
namespace {

#include "bte/transport/pack.hpp"

#include "bte/transport/cell_balance.hpp"

// Where the inflow of one cell face comes from.
struct Inflow {
  int face;
  const double* lanes;           // upwind outflow (vertex, lane) or trace, or null
  const std::uint8_t* matching;  // the neighbour's local vertex for each of ours, or null
  const double* emission;        // (face vertex, band) where a wall emits, or null
};

template <int D>
class Sweeper {
  static constexpr int N = D + 1;

 public:
  explicit Sweeper(const Task& task)
      : m_task(task),
        m_plan(*task.plan),
        m_lanes(task.plan->n_lane),
        m_weight(task.plan->weight[task.ordinate]),
        m_omega(&task.plan->direction[task.ordinate * D]),
        m_cuts_in(task.schedule->cuts_in[task.ordinate]),
        m_cuts_out(task.schedule->cuts_out[task.ordinate]),
        m_has_cuts(!m_cuts_in.empty()) {}

  void run() {
    const Order& order = m_task.schedule->orders[m_task.schedule->order_of[m_task.ordinate]];
    const bool backwards = m_task.schedule->reversed[m_task.ordinate];
    m_n_free = order.n_slot;
    for (std::int32_t s = 0; s < m_n_free; ++s) m_task.free_slots[s] = m_n_free - 1 - s;
    const std::int32_t n = m_plan.n_cell;
    for (std::int32_t i = 0; i < n; ++i) {
      const std::int32_t at = backwards ? n - 1 - i : i;
      const unsigned flow = order.flow[at];
      visit(order.cells[at], backwards ? flow >> 4 : flow & 15u,
            backwards ? flow & 15u : flow >> 4);
    }
  }

 private:
  void visit(std::int32_t cell, unsigned feeding, unsigned leading) {
    const CellBalance<D> balance(m_omega, &m_plan.face_vector[std::int64_t(cell) * N * D],
                                 m_plan.volume[cell]);
    Inflow inflows[N];
    int n_inflow = 0;
    for (int k = 0; k < N; ++k) {
      if (feeding >> k & 1u) inflows[n_inflow++] = gather(cell, k);
    }
    const std::int32_t slot = m_task.free_slots[--m_n_free];
    m_task.slot_of[cell] = slot;
    double* out = m_task.slots + std::int64_t(slot) * N * m_lanes;
    solve_lanes(cell, balance, inflows, n_inflow, out);
    release(inflows, n_inflow, cell);
    scatter(cell, balance, leading, out, slot);
  }

  Inflow gather(std::int32_t cell, int k) const {
    const std::int64_t face = std::int64_t(cell) * N + k;
    const std::int32_t other = m_plan.neighbour[face];
    if (other >= 0) {
      if (m_has_cuts) {
        const Cut* cut = find(m_cuts_in, face, true);
        if (cut != nullptr) return {k, trace(m_task.trace_in, cut->trace), nullptr, nullptr};
      }
      const double* up = m_task.slots + std::int64_t(m_task.slot_of[other]) * N * m_lanes;
      return {k, up, &m_plan.matching_vertex[face * N], nullptr};
    }
    const std::int32_t side = -1 - other;
    const std::int32_t row = m_plan.side_trace_row[side];
    if (row < 0) return {k, nullptr, nullptr, m_task.emission + wall_at(side)};
    const std::int32_t t =
        m_plan.trace_read[std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate];
    return {k, trace(m_task.trace_in, t), nullptr, nullptr};
  }

  std::int64_t wall_at(std::int32_t side) const { return std::int64_t(side) * D * m_plan.n_band; }

  template <class P>
  P* trace(P* base, std::int32_t t) const {
    return base + std::int64_t(t) * D * m_lanes;
  }

  void solve_lanes(std::int32_t cell, const CellBalance<D>& balance, const Inflow* inflows,
                   int n_inflow, double* out) {
    const std::int64_t lanes_at = std::int64_t(m_plan.zone[cell]) * m_lanes;
    const double* inverse_mfp = &m_plan.inverse_mfp[lanes_at];
    const double* scattering = &m_plan.scattering[lanes_at];
    const double* temperature = m_task.temperature + std::int64_t(cell) * N;
    double emitted[N], fed[N];
    mass_times(balance.mass, temperature, emitted);
    if (m_task.source != nullptr) {
      mass_times(balance.mass, m_task.source + std::int64_t(cell) * N, fed);
    }
    pack moment[N], energy[N], flux[N];
    for (int i = 0; i < N; ++i) moment[i] = energy[i] = flux[i] = fill(0);
    for (std::int32_t l = 0; l < m_lanes; l += lane_block) {
      const pack inverse = load(inverse_mfp + l);
      pack theta[N];
      for (int i = 0; i < N; ++i) theta[i] = fill(emitted[i]) * inverse;
      if (m_task.source != nullptr) {
        const pack factor = load(&m_plan.lane_source[lanes_at + l]) * inverse;
        for (int i = 0; i < N; ++i) theta[i] += fill(fed[i]) * factor;
      }
      for (int f = 0; f < n_inflow; ++f) add_inflow(balance, inflows[f], l, theta);
      balance.solve(inverse, theta);
      const pack a = load(scattering + l);
      for (int i = 0; i < N; ++i) {
        store(out + std::int64_t(i) * m_lanes + l, theta[i]);
        moment[i] += a * theta[i];
      }
      if (m_task.energy != nullptr) {
        const pack c = load(&m_plan.energy[lanes_at + l]);
        const pack q = load(&m_plan.flux[lanes_at + l]);
        for (int i = 0; i < N; ++i) {
          energy[i] += c * theta[i];
          flux[i] += q * theta[i];
        }
      }
    }
    add_moments(cell, moment, energy, flux);
  }

  static void mass_times(double mass, const double* nodal, double* result) {
    double total = 0;
    for (int i = 0; i < N; ++i) total += nodal[i];
    for (int i = 0; i < N; ++i) result[i] = mass * (total + nodal[i]);
  }

  void add_inflow(const CellBalance<D>& balance, const Inflow& in, std::int32_t l,
                  pack* rhs) const {
    const int k = in.face;
    const pack strength = fill(-balance.b[k]);
    pack u[N];
    pack total = fill(0);
    for (int i = 0, at = 0; i < N; ++i) {
      if (i == k) continue;
      if (in.emission != nullptr) {
        u[i] = spread(in.emission + std::int64_t(at) * m_plan.n_band, l);
      } else {
        const int row = in.matching != nullptr ? in.matching[i] : at;
        u[i] = load(in.lanes + std::int64_t(row) * m_lanes + l);
      }
      total += u[i];
      ++at;
    }
    for (int i = 0; i < N; ++i) {
      if (i != k) rhs[i] += strength * (total + u[i]);
    }
  }

  // Values by band, to lanes.
  pack spread(const double* by_band, std::int32_t l) const {
    double v[lane_block];
    for (int j = 0; j < lane_block; ++j) v[j] = by_band[m_plan.band[l + j]];
    return load(v);
  }

  void add_moments(std::int32_t cell, const pack* moment, const pack* energy, const pack* flux) {
    const std::int64_t node = std::int64_t(cell) * N;
    for (int i = 0; i < N; ++i) m_task.scattering[node + i] += m_weight * sum(moment[i]);
    if (m_task.energy == nullptr) return;
    for (int i = 0; i < N; ++i) {
      m_task.energy[node + i] += m_weight * sum(energy[i]);
      const double q = m_weight * sum(flux[i]);
      for (int d = 0; d < D; ++d) m_task.flux[(node + i) * D + d] += m_omega[d] * q;
    }
  }

  // An outflow whose last reader has come gives its slot back.
  void release(const Inflow* inflows, int n_inflow, std::int32_t cell) {
    for (int f = 0; f < n_inflow; ++f) {
      if (inflows[f].matching == nullptr) continue;
      const std::int32_t up = m_plan.neighbour[std::int64_t(cell) * N + inflows[f].face];
      if (--m_task.readers[up] == 0) m_task.free_slots[m_n_free++] = m_task.slot_of[up];
    }
  }

  void scatter(std::int32_t cell, const CellBalance<D>& balance, unsigned leading,
               const double* out, std::int32_t slot) {
    std::uint8_t readers = 0;
    for (int k = 0; k < N; ++k) {
      if (!(leading >> k & 1u)) continue;
      const std::int64_t face = std::int64_t(cell) * N + k;
      const std::int32_t other = m_plan.neighbour[face];
      if (other < 0) {
        leave(cell, k, -1 - other, balance.b[k], out);
        continue;
      }
      const Cut* cut = m_has_cuts ? find(m_cuts_out, face, false) : nullptr;
      if (cut == nullptr) {
        ++readers;
      } else {
        const int back = static_cast<int>(cut->reader % N);
        fill_trace(cut->trace, k, &m_plan.matching_vertex[face * N], back, out);
      }
    }
    m_task.readers[cell] = readers;
    if (readers == 0) m_task.free_slots[m_n_free++] = slot;
  }

  void leave(std::int32_t cell, int k, std::int32_t side, double b, const double* out) {
    const std::int32_t row = m_plan.side_trace_row[side];
    if (row >= 0) {
      const std::int32_t t =
          m_plan.trace_write[std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate];
      fill_trace(t, k, nullptr, k, out);
    }
    const double scale = m_weight * D * (D + 1) * b;  // w Omega . a
    const double* flux = &m_plan.flux[std::int64_t(m_plan.zone[cell]) * m_lanes];
    double* outflow = m_task.outflow + wall_at(side);
    for (int i = 0; i < N; ++i) {
      if (i == k) continue;
      const double* theta = out + std::int64_t(i) * m_lanes;
      for (std::int32_t l = 0; l < m_lanes; ++l) {
        outflow[m_plan.band[l]] += scale * flux[l] * theta[l];
      }
      outflow += m_plan.n_band;
    }
  }

  // Stores the face values in the order of the reading cell's face vertices.
  void fill_trace(std::int32_t t, int k, const std::uint8_t* matching, int reader_face,
                  const double* out) {
    double* to = trace(m_task.trace_out, t);
    for (int i = 0; i < N; ++i) {
      if (i == k) continue;
      const int vertex = matching != nullptr ? matching[i] : i;
      double* row = to + std::int64_t(vertex - (vertex > reader_face)) * m_lanes;
      for (std::int32_t l = 0; l < m_lanes; ++l) row[l] = out[std::int64_t(i) * m_lanes + l];
    }
  }

  static const Cut* find(const std::vector<Cut>& cuts, std::int64_t face, bool by_reader) {
    std::size_t low = 0, high = cuts.size();
    while (low < high) {
      const std::size_t mid = (low + high) / 2;
      const std::int64_t at = by_reader ? cuts[mid].reader : cuts[mid].writer;
      if (at < face) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    if (low == cuts.size()) return nullptr;
    return (by_reader ? cuts[low].reader : cuts[low].writer) == face ? &cuts[low] : nullptr;
  }

  const Task& m_task;
  const Plan& m_plan;
  const std::int32_t m_lanes;
  const double m_weight;
  const double* m_omega;
  const std::vector<Cut>& m_cuts_in;
  const std::vector<Cut>& m_cuts_out;
  const bool m_has_cuts;
  std::int32_t m_n_free = 0;
};

}  // namespace

void sweep_ordinate(const Task& task) {
  switch (task.plan->dim) {
    case 1: Sweeper<1>(task).run(); break;
    case 2: Sweeper<2>(task).run(); break;
    case 3: Sweeper<3>(task).run(); break;
    default: break;
  }
}

}  // namespace bte::transport::BTE_KERNEL
