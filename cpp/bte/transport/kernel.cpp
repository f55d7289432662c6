// The sweep of one ordinate, compiled once per instruction set into a namespace of its own
// (BTE_KERNEL), so that no inline function of one set can be linked into another.
#include "bte/transport/kernel.hpp"

#include <cstring>

#if defined(__GNUC__)
#define BTE_UNROLL _Pragma("GCC unroll 4")
#define BTE_INLINE __attribute__((always_inline))
#else
#define BTE_UNROLL
#define BTE_INLINE
#endif

namespace bte::transport::BTE_KERNEL {
namespace {

#include "bte/transport/pack.hpp"

#include "bte/transport/cell_balance.hpp"

// The inflow through one cell face: the upwind values of all lanes at each vertex of the cell, and
// |b| there; zeros and 0 at the vertex that is not on the face, so that no lane needs a branch.
template <int N>
struct Inflow {
  int face;
  bool frees;  // whether a neighbour's slot was read
  const double* rows[N];
  double strength[N];
};

// Full: also energy and flux moments. Fed: also a lane-resolved source.
template <int D, bool Full, bool Fed>
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
    Inflow<N> inflows[N];
    int n_inflow = 0;
    for (int k = 0; k < N; ++k) {
      if (feeding >> k & 1u) gather(cell, k, -balance.b[k], inflows[n_inflow++]);
    }
    const std::int32_t slot = m_task.free_slots[--m_n_free];
    m_task.slot_of[cell] = slot;
    double* out = m_task.slots + std::int64_t(slot) * N * m_lanes;
    solve_lanes(cell, balance, inflows, n_inflow, out);
    release(inflows, n_inflow, cell);
    scatter(cell, balance, leading, out, slot);
  }

  void gather(std::int32_t cell, int k, double strength, Inflow<N>& in) const {
    const std::int64_t face = std::int64_t(cell) * N + k;
    const std::int32_t other = m_plan.neighbour[face];
    const Cut* cut = other >= 0 && m_has_cuts ? find(m_cuts_in, face, true) : nullptr;
    const double* lanes = nullptr;
    const std::uint8_t* matching = nullptr;
    if (cut != nullptr) {
      lanes = trace(m_task.trace_in, cut->trace);
    } else if (other >= 0) {
      lanes = m_task.slots + std::int64_t(m_task.slot_of[other]) * N * m_lanes;
      matching = &m_plan.matching_vertex[face * N];
    } else {
      lanes = from_side(-1 - other, k);
    }
    in.face = k;
    in.frees = matching != nullptr;
    for (int i = 0, at = 0; i < N; ++i) {
      const bool on_face = i != k;
      const int row = matching != nullptr ? matching[i] : at;
      in.rows[i] = on_face ? lanes + std::int64_t(row) * m_lanes : m_task.zeros;
      in.strength[i] = on_face ? strength : 0.0;
      at += on_face;
    }
  }

  // What a wall sends in: a mirror's trace, or an emission spread from bands to lanes.
  const double* from_side(std::int32_t side, int k) const {
    const std::int32_t row = m_plan.side_trace_row[side];
    if (row >= 0) {
      const std::int64_t at = std::int64_t(row) * m_plan.n_ordinate + m_task.ordinate;
      return trace(m_task.trace_in, m_plan.trace_read[at]);
    }
    const double* emission = m_task.emission + wall_at(side);
    double* lanes = m_task.spread + std::int64_t(k) * D * m_lanes;
    for (int i = 0; i < D; ++i) {
      for (std::int32_t l = 0; l < m_lanes; ++l) {
        lanes[std::int64_t(i) * m_lanes + l] =
            emission[std::int64_t(i) * m_plan.n_band + m_plan.band[l]];
      }
    }
    return lanes;
  }

  std::int64_t wall_at(std::int32_t side) const { return std::int64_t(side) * D * m_plan.n_band; }

  template <class P>
  P* trace(P* base, std::int32_t t) const {
    return base + std::int64_t(t) * D * m_lanes;
  }

  void solve_lanes(std::int32_t cell, const CellBalance<D>& balance, const Inflow<N>* inflows,
                   int n_inflow, double* out) {
    const std::int64_t lanes_at = std::int64_t(m_plan.zone[cell]) * m_lanes;
    const double* inverse_mfp = &m_plan.inverse_mfp[lanes_at];
    const double* scattering = &m_plan.scattering[lanes_at];
    double emitted[N], fed[N];
    mass_times(balance.mass, m_task.temperature + std::int64_t(cell) * N, emitted);
    if constexpr (Fed) mass_times(balance.mass, m_task.source + std::int64_t(cell) * N, fed);
    pack moment[N], energy[N], flux[N];
    for (int i = 0; i < N; ++i) moment[i] = energy[i] = flux[i] = fill(0);
    for (std::int32_t l = 0; l < m_lanes; l += pack_lanes) {
      const pack inverse = load(inverse_mfp + l);
      pack theta[N];
      BTE_UNROLL
      for (int i = 0; i < N; ++i) theta[i] = fill(emitted[i]) * inverse;
      if constexpr (Fed) {
        const pack factor = load(&m_plan.lane_source[lanes_at + l]) * inverse;
        BTE_UNROLL
        for (int i = 0; i < N; ++i) theta[i] += fill(fed[i]) * factor;
      }
      for (int f = 0; f < n_inflow; ++f) add_inflow(inflows[f], l, theta);
      balance.solve(inverse, theta);
      const pack a = load(scattering + l);
      BTE_UNROLL
      for (int i = 0; i < N; ++i) {
        store(out + std::int64_t(i) * m_lanes + l, theta[i]);
        moment[i] += a * theta[i];
      }
      if constexpr (Full) {
        const pack c = load(&m_plan.energy[lanes_at + l]);
        const pack q = load(&m_plan.flux[lanes_at + l]);
        BTE_UNROLL
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

  BTE_INLINE static void add_inflow(const Inflow<N>& in, std::int32_t l, pack* rhs) {
    pack u[N];
    pack total = fill(0);
    BTE_UNROLL
    for (int i = 0; i < N; ++i) {
      u[i] = load(in.rows[i] + l);
      total += u[i];
    }
    BTE_UNROLL
    for (int i = 0; i < N; ++i) rhs[i] += fill(in.strength[i]) * (total + u[i]);
  }

  void add_moments(std::int32_t cell, const pack* moment, const pack* energy, const pack* flux) {
    const std::int64_t node = std::int64_t(cell) * N;
    for (int i = 0; i < N; ++i) m_task.scattering[node + i] += m_weight * sum(moment[i]);
    if constexpr (!Full) return;
    for (int i = 0; i < N; ++i) {
      m_task.energy[node + i] += m_weight * sum(energy[i]);
      const double q = m_weight * sum(flux[i]);
      for (int d = 0; d < D; ++d) m_task.flux[(node + i) * D + d] += m_omega[d] * q;
    }
  }

  // An outflow whose last reader has come gives its slot back.
  void release(const Inflow<N>* inflows, int n_inflow, std::int32_t cell) {
    for (int f = 0; f < n_inflow; ++f) {
      if (!inflows[f].frees) continue;
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

template <int D>
void sweep(const Task& task) {
  const bool full = task.energy != nullptr;
  if (task.source != nullptr) {
    full ? Sweeper<D, true, true>(task).run() : Sweeper<D, false, true>(task).run();
  } else {
    full ? Sweeper<D, true, false>(task).run() : Sweeper<D, false, false>(task).run();
  }
}

}  // namespace

void sweep_ordinate(const Task& task) {
  switch (task.plan->dim) {
    case 1: sweep<1>(task); break;
    case 2: sweep<2>(task); break;
    case 3: sweep<3>(task); break;
    default: break;
  }
}

}  // namespace bte::transport::BTE_KERNEL
