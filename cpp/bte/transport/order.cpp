#include "bte/transport/order.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <tuple>

namespace bte::transport {
namespace {

// The directed graph of one ordinate: which faces of which cells are fed by a neighbour.
class Upwind {
 public:
  Upwind(const Plan& plan, std::int32_t ordinate)
      : m_plan(plan),
        m_direction(&plan.direction[ordinate * plan.dim]) {}

  // Omega . a of one cell face; exactly antisymmetric between the two cells of a face.
  double through(std::int64_t cell_face) const {
    const double* a = &m_plan.face_vector[cell_face * m_plan.dim];
    double sum = 0;
    for (int d = 0; d < m_plan.dim; ++d) sum += m_direction[d] * a[d];
    return sum;
  }
  std::int32_t neighbour(std::int64_t cell_face) const { return m_plan.neighbour[cell_face]; }
  bool feeds(std::int64_t cell_face) const {
    return neighbour(cell_face) >= 0 && through(cell_face) < 0;
  }
  bool leads(std::int64_t cell_face) const {
    return neighbour(cell_face) >= 0 && through(cell_face) > 0;
  }

 private:
  const Plan& m_plan;
  const double* m_direction;
};

struct Waiting {
  double lagged;  // inflow that would be lagged if the cell were solved now
  std::int32_t cell;
  bool operator>(const Waiting& other) const {
    return lagged != other.lagged ? lagged > other.lagged : cell > other.cell;
  }
};

// Kahn's algorithm with a stack: a cell is solved soon after the neighbour that freed it, so its
// inflow is still in cache and the front stays short.
class Sorter {
 public:
  Sorter(const Plan& plan, std::int32_t ordinate)
      : m_faces(plan.n_face),
        m_graph(plan, ordinate),
        m_waiting(plan.n_cell, 0),
        m_done(plan.n_cell, 0) {
    m_order.reserve(plan.n_cell);
    for (std::int32_t c = plan.n_cell - 1; c >= 0; --c) {
      for (int k = 0; k < m_faces; ++k) m_waiting[c] += m_graph.feeds(face(c, k));
      if (m_waiting[c] == 0) m_ready.push_back(c);
    }
  }

  std::vector<std::int32_t> sort() {
    drain();
    while (m_order.size() < m_waiting.size()) {
      cut_one();
      drain();
    }
    return std::move(m_order);
  }

 private:
  std::int64_t face(std::int32_t cell, int k) const {
    return static_cast<std::int64_t>(cell) * m_faces + k;
  }

  void drain() {
    while (!m_ready.empty()) {
      const std::int32_t cell = m_ready.back();
      m_ready.pop_back();
      finish(cell);
    }
  }

  void finish(std::int32_t cell) {
    m_done[cell] = 1;
    m_order.push_back(cell);
    for (int k = 0; k < m_faces; ++k) {
      if (!m_graph.leads(face(cell, k))) continue;
      const std::int32_t next = m_graph.neighbour(face(cell, k));
      if (m_done[next]) continue;
      if (--m_waiting[next] == 0) {
        m_ready.push_back(next);
      } else if (m_cutting) {
        m_candidates.push({lagged(next), next});
      }
    }
  }

  double lagged(std::int32_t cell) const {
    double sum = 0;
    for (int k = 0; k < m_faces; ++k) {
      const std::int64_t f = face(cell, k);
      if (m_graph.feeds(f) && !m_done[m_graph.neighbour(f)]) sum -= m_graph.through(f);
    }
    return sum;
  }

  void cut_one() {
    if (!m_cutting) {
      m_cutting = true;
      for (std::int32_t c = 0; c < static_cast<std::int32_t>(m_waiting.size()); ++c) {
        if (!m_done[c]) m_candidates.push({lagged(c), c});
      }
    }
    while (true) {  // entries grow stale as neighbours finish; a fresher one was then pushed
      const Waiting best = m_candidates.top();
      m_candidates.pop();
      if (m_done[best.cell] || best.lagged != lagged(best.cell)) continue;
      finish(best.cell);
      return;
    }
  }

  int m_faces;
  Upwind m_graph;
  std::vector<std::int32_t> m_waiting;
  std::vector<std::uint8_t> m_done;
  std::vector<std::int32_t> m_order, m_ready;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<Waiting>> m_candidates;
  bool m_cutting = false;
};

// Walks an order as the kernel will and counts the outflows that wait for a reader.
std::int32_t count_slots(const Plan& plan, const Upwind& graph,
                         const std::vector<std::int32_t>& position, const Order& order,
                         bool backwards) {
  const int faces = plan.n_face;
  std::vector<std::uint8_t> readers(plan.n_cell, 0);
  std::int32_t alive = 0, most = 0;
  for (std::int32_t i = 0; i < plan.n_cell; ++i) {
    const std::int32_t c = order.cells[backwards ? plan.n_cell - 1 - i : i];
    ++alive;
    most = std::max(most, alive);
    for (int k = 0; k < faces; ++k) {
      const std::int64_t f = static_cast<std::int64_t>(c) * faces + k;
      const std::int32_t other = plan.neighbour[f];
      if (other < 0) continue;
      const bool later = (position[other] > position[c]) != backwards;
      if (graph.leads(f) && later) ++readers[c];
      if (graph.feeds(f) && !later && --readers[other] == 0) --alive;
    }
    if (readers[c] == 0) --alive;
  }
  return most;
}

// A face is cut where the upwind cell does not come earlier: `rank` is its position, or the
// wavefront it belongs to.
void find_cuts(Plan& plan, const Upwind& graph, const std::vector<std::int32_t>& rank,
               bool backwards, std::vector<Cut>& in, std::vector<Cut>& out) {
  const int faces = plan.n_face;
  for (std::int32_t c = 0; c < plan.n_cell; ++c) {
    for (int k = 0; k < faces; ++k) {
      const std::int64_t f = static_cast<std::int64_t>(c) * faces + k;
      if (!graph.feeds(f)) continue;
      const std::int32_t up = plan.neighbour[f];
      if (backwards ? rank[up] > rank[c] : rank[up] < rank[c]) continue;
      int back = 0;
      while (plan.neighbour[static_cast<std::int64_t>(up) * faces + back] != c) ++back;
      const Cut cut{static_cast<std::int64_t>(up) * faces + back, f, plan.n_trace()};
      plan.trace_face.push_back(static_cast<std::uint8_t>(k));
      in.push_back(cut);
      out.push_back(cut);
    }
  }
  std::sort(out.begin(), out.end(), [](const Cut& a, const Cut& b) { return a.writer < b.writer; });
}

// Whether a face hands this ordinate on; a mirror that it grazes has no trace and is left out.
bool is_open(const Plan& plan, std::int64_t cell_face, std::int32_t ordinate, bool feeding) {
  const std::int32_t other = plan.neighbour[cell_face];
  if (other >= 0 || plan.side_trace_row[-1 - other] < 0) return true;
  const std::int64_t row = plan.side_trace_row[-1 - other];
  const std::int64_t at = row * plan.n_ordinate + ordinate;
  return plan.trace_read[at] >= 0 || (!feeding && plan.trace_write[at] >= 0);
}

// Faces that feed (low byte) and faces that lead out (high byte) of every cell, in sweep order.
std::vector<std::uint16_t> find_flow(const Plan& plan, const Upwind& graph, std::int32_t ordinate,
                                     const std::vector<std::int32_t>& cells) {
  const int faces = plan.n_face;
  std::vector<std::uint16_t> flow(cells.size(), 0);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    for (int k = 0; k < faces; ++k) {
      const std::int64_t f = static_cast<std::int64_t>(cells[i]) * faces + k;
      const double through = graph.through(f);
      if (through == 0 || !is_open(plan, f, ordinate, through < 0)) continue;
      flow[i] |= static_cast<std::uint16_t>(1u << (through < 0 ? k : k + 8));
    }
  }
  return flow;
}

std::int32_t opposite(const Plan& plan, std::int32_t ordinate) {
  for (std::int32_t o = 0; o < ordinate; ++o) {
    double gap = 0;
    for (int d = 0; d < plan.dim; ++d) {
      gap += std::abs(plan.direction[o * plan.dim + d] + plan.direction[ordinate * plan.dim + d]);
    }
    if (gap < 1e-13) return o;
  }
  return -1;
}

std::vector<std::int32_t> positions(const std::vector<std::int32_t>& cells) {
  std::vector<std::int32_t> position(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    position[cells[i]] = static_cast<std::int32_t>(i);
  }
  return position;
}

// The wavefront of every cell: one more than the last it waits for, in this order.
std::vector<std::int32_t> wavefronts(const Plan& plan, const Upwind& graph,
                                     const std::vector<std::int32_t>& cells) {
  const std::vector<std::int32_t> position = positions(cells);
  std::vector<std::int32_t> wave(cells.size(), 0);
  for (const std::int32_t c : cells) {
    for (int k = 0; k < plan.n_face; ++k) {
      const std::int64_t f = static_cast<std::int64_t>(c) * plan.n_face + k;
      if (!graph.feeds(f)) continue;
      const std::int32_t up = plan.neighbour[f];
      if (position[up] < position[c]) wave[c] = std::max(wave[c], wave[up] + 1);
    }
  }
  return wave;
}

// What cells of one pack share: the element and, where elimination is by tables of it, which faces
// feed and lead out.
std::uint32_t likeness(const Plan& plan, std::int32_t cell, std::uint16_t flow) {
  const int n = plan.vertices(cell);
  const unsigned is_general = plan.shapes.table(cell) != nullptr;
  if (n > plan.dim + 1) return static_cast<std::uint32_t>(n) << 17 | is_general << 16 | flow;
  return static_cast<std::uint32_t>(n) << 17;
}

// Sorts the cells by wavefront, alike cells together.
void sort_by_wavefront(const Plan& plan, std::int32_t ordinate,
                       const std::vector<std::int32_t>& wave, Order& order) {
  const std::vector<std::uint16_t> flow =
      find_flow(plan, Upwind(plan, ordinate), ordinate, order.cells);
  using Key = std::tuple<std::int32_t, std::uint32_t, std::int32_t>;
  std::vector<Key> keys;
  keys.reserve(order.cells.size());
  for (std::size_t i = 0; i < order.cells.size(); ++i) {
    const std::int32_t c = order.cells[i];
    keys.emplace_back(wave[c], likeness(plan, c, flow[i]), c);
  }
  std::sort(keys.begin(), keys.end());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& [front, kind, cell] = keys[i];
    order.cells[i] = cell;
    if (i == 0 || front != std::get<0>(keys[i - 1]) || kind != std::get<1>(keys[i - 1])) {
      order.wave_start.push_back(static_cast<std::int32_t>(i));
    }
  }
  order.wave_start.push_back(plan.n_cell);
}

void add_ordinate(Plan& plan, Schedule& schedule, std::int32_t o) {
  const std::int32_t twin = opposite(plan, o);
  schedule.reversed[o] = twin >= 0;
  if (twin < 0) {
    schedule.order_of[o] = static_cast<std::int32_t>(schedule.orders.size());
    Order order;
    order.cells = Sorter(plan, o).sort();
    const Upwind graph(plan, o);
    if (plan.wave_lanes > 0) {
      order.wave = wavefronts(plan, graph, order.cells);
      sort_by_wavefront(plan, o, order.wave, order);
    }
    order.flow = find_flow(plan, graph, o, order.cells);
    schedule.orders.push_back(std::move(order));
  } else {
    schedule.order_of[o] = schedule.order_of[twin];
  }
  Order& order = schedule.orders[schedule.order_of[o]];
  const std::vector<std::int32_t> position = positions(order.cells);
  const std::vector<std::int32_t>& rank = order.wave.empty() ? position : order.wave;
  const bool backwards = schedule.reversed[o];
  const Upwind graph(plan, o);
  order.n_slot = std::max(order.n_slot, count_slots(plan, graph, position, order, backwards));
  find_cuts(plan, graph, rank, backwards, schedule.cuts_in[o], schedule.cuts_out[o]);
}

}  // namespace

Schedule make_schedule(Plan& plan) {
  Schedule schedule;
  schedule.order_of.resize(plan.n_ordinate);
  schedule.reversed.resize(plan.n_ordinate);
  schedule.cuts_in.resize(plan.n_ordinate);
  schedule.cuts_out.resize(plan.n_ordinate);
  for (std::int32_t o = 0; o < plan.n_ordinate; ++o) {
    const std::int32_t twin = opposite(plan, o);
    if (twin >= 0) {  // exactly opposite, whatever the rounding of the quadrature
      for (int d = 0; d < plan.dim; ++d) {
        plan.direction[o * plan.dim + d] = -plan.direction[twin * plan.dim + d];
      }
    }
    add_ordinate(plan, schedule, o);
  }
  for (Order& order : schedule.orders) order.wave = {};  // only its cuts are needed from here on
  return schedule;
}

}  // namespace bte::transport
