// All cells of one ordinate, upwind first: gather, solve, scatter. Included inside the kernel's
// namespace, once per instruction set.

template <class T, int D, bool Full, bool Fed>
class Sweeper {
 public:
  explicit Sweeper(const Task<T>& task)
      : m_task(task),
        m_plan(*task.plan),
        m_order(task.schedule->orders[task.schedule->order_of[task.ordinate]]),
        m_backwards(task.schedule->reversed[task.ordinate]),
        m_boundary(task),
        m_width(task.lanes->width),
        m_stride(std::int64_t(task.plan->n_vertex) * task.lanes->width),
        m_omega(&task.plan->direction[task.ordinate * D]) {}

  // The next cell's slots and coefficients are found before a cell is solved, so that the
  // processor never waits for them.
  void run() {
    m_n_free = m_order.n_slot;
    for (std::int32_t s = 0; s < m_n_free; ++s) m_task.free_slots[s] = m_n_free - 1 - s;
    const std::int32_t n = m_plan.n_cell;
    Visit<T, D> visits[2];
    if (n > 0) prepare(0, visits[0]);
    for (std::int32_t i = 0; i < n; ++i) {
      if (i + 1 < n) prepare(i + 1, visits[(i + 1) % 2]);
      complete(visits[i % 2]);
    }
  }

 private:
  std::int32_t position(std::int32_t step) const {
    return m_backwards ? m_plan.n_cell - 1 - step : step;
  }

  void prepare(std::int32_t step, Visit<T, D>& visit) {
    const std::int32_t at = position(step);
    const unsigned flow = m_order.flow[at];
    const std::int32_t cell = m_order.cells[at];
    visit.cell = cell;
    visit.feeding = m_backwards ? flow >> 8 : flow & 255u;
    visit.leading = m_backwards ? flow & 255u : flow >> 8;
    visit.n_inflow = 0;
    for (unsigned faces = visit.feeding; faces != 0; faces &= faces - 1) {
      const int k = __builtin_ctz(faces);
      visit.inflows[visit.n_inflow++] = gather(cell, k, step % 2);
    }
    const std::int32_t slot = m_task.free_slots[--m_n_free];
    visit.out = m_task.slots + slot * m_stride;
    m_task.slot_of[cell] = slot;
    m_task.readers[cell] = count_readers(visit);
    if (m_task.readers[cell] == 0) m_task.free_slots[m_n_free++] = slot;
    if (m_plan.vertices(cell) == D + 1) {
      visit.simplex = SimplexBalance<T, D>(m_plan, cell, m_omega, visit.feeding);
    }
  }

  // An outflow whose last reader has come gives its slot back: to the reader itself, which reads
  // each pack of lanes before it writes it.
  Inflow<T> gather(std::int32_t cell, int k, int turn) {
    const std::int64_t face = std::int64_t(cell) * m_plan.n_face + k;
    const std::int32_t other = m_plan.neighbour[face];
    if (other < 0) return {k, m_boundary.from_side(-1 - other, k, turn), face_row(cell, k)};
    if (const Cut* cut = m_boundary.cut_in(face)) {
      return {k, m_boundary.from_trace(cut->trace, k, turn), face_row(cell, k)};
    }
    const std::int32_t slot = m_task.slot_of[other];
    if (--m_task.readers[other] == 0) m_task.free_slots[m_n_free++] = slot;
    return {k, m_task.slots + slot * m_stride, &m_plan.matching_vertex[face * m_plan.n_vertex]};
  }

  const std::uint8_t* face_row(std::int32_t cell, int k) const {
    return face_rows_by_size<D>(m_plan.vertices(cell))[k].data();
  }

  std::uint8_t count_readers(const Visit<T, D>& visit) const {
    std::uint8_t readers = 0;
    for (unsigned faces = visit.leading; faces != 0; faces &= faces - 1) {
      const std::int64_t face = std::int64_t(visit.cell) * m_plan.n_face + __builtin_ctz(faces);
      readers += m_plan.neighbour[face] >= 0 && m_boundary.cut_out(face) == nullptr;
    }
    return readers;
  }

  void complete(const Visit<T, D>& visit) {
    const int n = m_plan.vertices(visit.cell);
    if (n == D + 1) {
      finish(visit, visit.simplex);
    } else if constexpr (D == 2) {
      finish(visit, DenseBalance<T, 2, 4>(m_plan, visit.cell, m_omega, visit.feeding));
    } else if constexpr (D == 3) {
      if (n == 6) {
        finish(visit, DenseBalance<T, 3, 6>(m_plan, visit.cell, m_omega, visit.feeding));
      } else {
        finish(visit, DenseBalance<T, 3, 8>(m_plan, visit.cell, m_omega, visit.feeding));
      }
    }
  }

  template <class Balance>
  void finish(const Visit<T, D>& visit, const Balance& balance) {
    solve_lanes<Full, Fed>(m_task, visit, balance);
    const Lanes<T> out{visit.out, m_width, 1, m_plan.n_lane};
    for (unsigned faces = visit.leading; faces != 0; faces &= faces - 1) {
      const int k = __builtin_ctz(faces);
      const std::int64_t face = std::int64_t(visit.cell) * m_plan.n_face + k;
      const std::int32_t other = m_plan.neighbour[face];
      if (other < 0) {
        m_boundary.to_side(-1 - other, balance, k, m_plan.zone[visit.cell], out);
      } else if (const Cut* cut = m_boundary.cut_out(face)) {
        m_boundary.to_cut(*cut, Balance::element, k,
                          &m_plan.matching_vertex[face * m_plan.n_vertex], out);
      }
    }
  }

  const Task<T>& m_task;
  const Plan& m_plan;
  const Order& m_order;
  const bool m_backwards;
  const Boundary<T> m_boundary;
  const std::int32_t m_width;
  const std::int64_t m_stride;  // of a slot
  const double* m_omega;
  std::int32_t m_n_free = 0;
};
