// All cells of one ordinate, upwind first: gather, solve, scatter. Included inside the kernel's
// namespace, once per instruction set.

template <class T, int D, bool Full, bool Fed>
class Sweeper {
 public:
  explicit Sweeper(const Task<T>& task)
      : m_task(task),
        m_plan(*task.plan),
        m_boundary(task),
        m_width(task.lanes->width),
        m_weight(task.plan->weight[task.ordinate]),
        m_omega(&task.plan->direction[task.ordinate * D]) {}

  void run() {
    const Order& order = m_task.schedule->orders[m_task.schedule->order_of[m_task.ordinate]];
    const bool backwards = m_task.schedule->reversed[m_task.ordinate];
    m_n_free = order.n_slot;
    for (std::int32_t s = 0; s < m_n_free; ++s) m_task.free_slots[s] = m_n_free - 1 - s;
    const std::int32_t n = m_plan.n_cell;
    for (std::int32_t i = 0; i < n; ++i) {
      const std::int32_t at = backwards ? n - 1 - i : i;
      const unsigned flow = order.flow[at];
      visit(order.cells[at], backwards ? flow >> 8 : flow & 255u,
            backwards ? flow & 255u : flow >> 8);
    }
  }

 private:
  void visit(std::int32_t cell, unsigned feeding, unsigned leading) {
    if constexpr (D == 1) {
      visit_as<SimplexBalance<T, 1>>(cell, feeding, leading);
    } else if constexpr (D == 2) {
      if (m_plan.vertices(cell) == 3) {
        visit_as<SimplexBalance<T, 2>>(cell, feeding, leading);
      } else {
        visit_as<DenseBalance<T, 2, 4>>(cell, feeding, leading);
      }
    } else {
      switch (m_plan.vertices(cell)) {
        case 4: visit_as<SimplexBalance<T, 3>>(cell, feeding, leading); break;
        case 6: visit_as<DenseBalance<T, 3, 6>>(cell, feeding, leading); break;
        default: visit_as<DenseBalance<T, 3, 8>>(cell, feeding, leading); break;
      }
    }
  }

  template <class Balance>
  void visit_as(std::int32_t cell, unsigned feeding, unsigned leading) {
    constexpr int N = Balance::N;
    const Balance balance(m_plan, cell, m_omega, feeding);
    Inflow<T> inflows[Balance::n_faces];
    int n_inflow = 0;
    for (int k = 0; k < Balance::n_faces; ++k) {
      if (feeding >> k & 1u) inflows[n_inflow++] = gather(cell, k, face_rows_of<D, N>[k].data());
    }
    const std::int32_t slot = m_task.free_slots[--m_n_free];
    m_task.slot_of[cell] = slot;
    T* out = m_task.slots + std::int64_t(slot) * m_plan.n_vertex * m_width;
    solve(cell, balance, inflows, n_inflow, out);
    release(inflows, n_inflow, cell);
    scatter(cell, balance, leading, out, slot);
  }

  Inflow<T> gather(std::int32_t cell, int k, const std::uint8_t* face_row) const {
    const std::int64_t face = std::int64_t(cell) * m_plan.n_face + k;
    const std::int32_t other = m_plan.neighbour[face];
    if (other < 0) return {k, false, m_boundary.from_side(-1 - other, k), face_row};
    if (const Cut* cut = m_boundary.cut_in(face)) {
      return {k, false, m_boundary.from_trace(cut->trace, k), face_row};
    }
    const std::int64_t slot = m_task.slot_of[other];
    return {k, true, m_task.slots + slot * m_plan.n_vertex * m_width,
            &m_plan.matching_vertex[face * m_plan.n_vertex]};
  }

  template <class Balance>
  void solve(std::int32_t cell, const Balance& balance, const Inflow<T>* inflows, int n_inflow,
             T* out) {
    constexpr int N = Balance::N;
    const std::int64_t node = m_plan.first_node[cell];
    LaneLoop<T, N, Full, Fed> loop(*m_task.lanes, m_plan.zone[cell]);
    balance.source(m_task.temperature + node, loop.emitted);
    if constexpr (Fed) balance.source(m_task.source + node, loop.fed);
    for (int i = 0; i < N; ++i) loop.out[i] = out + std::int64_t(balance.vertex_at(i)) * m_width;
    solve_lanes(balance, inflows, n_inflow, m_width, loop);
    for (int i = 0; i < N; ++i) {
      const std::int64_t at = node + balance.vertex_at(i);
      m_task.scattering[at] += m_weight * sum<T>(loop.moment[i]);
      if constexpr (Full) {
        m_task.energy[at] += m_weight * sum<T>(loop.energy_moment[i]);
        const double q = m_weight * sum<T>(loop.flux_moment[i]);
        for (int d = 0; d < D; ++d) m_task.flux[at * D + d] += m_omega[d] * q;
      }
    }
  }

  // An outflow whose last reader has come gives its slot back.
  void release(const Inflow<T>* inflows, int n_inflow, std::int32_t cell) {
    for (int f = 0; f < n_inflow; ++f) {
      if (!inflows[f].frees) continue;
      const std::int32_t up =
          m_plan.neighbour[std::int64_t(cell) * m_plan.n_face + inflows[f].face];
      if (--m_task.readers[up] == 0) m_task.free_slots[m_n_free++] = m_task.slot_of[up];
    }
  }

  template <class Balance>
  void scatter(std::int32_t cell, const Balance& balance, unsigned leading, const T* out,
               std::int32_t slot) {
    std::uint8_t readers = 0;
    for (int k = 0; k < Balance::n_faces; ++k) {
      if (!(leading >> k & 1u)) continue;
      const std::int64_t face = std::int64_t(cell) * m_plan.n_face + k;
      const std::int32_t other = m_plan.neighbour[face];
      if (other < 0) {
        leave(cell, balance, k, -1 - other, out);
      } else if (const Cut* cut = m_boundary.cut_out(face)) {
        m_boundary.to_cut(*cut, element_of<D, Balance::N>, k,
                          &m_plan.matching_vertex[face * m_plan.n_vertex], out);
      } else {
        ++readers;
      }
    }
    m_task.readers[cell] = readers;
    if (readers == 0) m_task.free_slots[m_n_free++] = slot;
  }

  template <class Balance>
  void leave(std::int32_t cell, const Balance& balance, int k, std::int32_t side, const T* out) {
    constexpr const Element& element = element_of<D, Balance::N>;
    double through[max_face_vertices];
    for (int a = 0; a < element.n_face_vertices[k]; ++a) through[a] = balance.through(k, a);
    const T* flux = &m_task.lanes->flux[std::int64_t(m_plan.zone[cell]) * m_width];
    m_boundary.to_side(side, element, k, through, flux, out);
  }

  const Task<T>& m_task;
  const Plan& m_plan;
  const Boundary<T> m_boundary;
  const std::int32_t m_width;
  const double m_weight;
  const double* m_omega;
  std::int32_t m_n_free = 0;
};
