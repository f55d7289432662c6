// THE discrete equation on quadrilaterals (Q1), hexahedra (Q1) and prisms (P1 x Q1): one cell, one
// ordinate, a pack of lanes. Included inside the kernel's namespace, once per instruction set.
//
//   sum_j (A_ij + M_ij / Lambda) theta_j = inflow_i + sum_j M_ij T_j / Lambda
//   A_ij = -int phi_j Omega . grad phi_i + sum_{k leads out} int_{face k} Omega . n phi_i phi_j
//   inflow_i = sum_{k feeds} sum_b -int_{face k} Omega . n phi_i phi_b u_b,  u the upwind trace.
//
// Where face k is flat the symmetric part of the matrix is positive definite: elimination needs no
// pivoting. A warped face counts as a whole, by its mean normal.

// Of quadrilaterals the Jacobian at vertex v, between faces v - 1 and v; of others the volume.
template <int N>
inline void mass_weights(const double* vectors, double volume, double* weight) {
  weight[0] = volume;
  if constexpr (N == 4) {
    for (int v = 0; v < 4; ++v) {
      const double* before = vectors + (v + 3) % 4 * 2;
      const double* after = vectors + v * 2;
      weight[v] = before[0] * after[1] - before[1] * after[0];
    }
  }
}

template <class T, int D, int NV>
struct DenseBalance {
  static constexpr int N = NV;
  static constexpr Element element = element_of<D, N>;
  static constexpr int n_faces = n_face_of(N);
  static constexpr int NF = D == 2 ? 2 : 4;  // most vertices of a face
  double flow[n_faces];                      // Omega . a_k, a_k the mean
  double scale;                              // 1 / (1/2 sum |flow|), times all that follows
  const double* table;                       // of a cell that is not affine, or null
  const double* omega;
  double weighted[N][N];  // M
  T a[N][N], mass[N][N];
  T entry[n_faces][NF][NF];  // what comes in, by feeding face

  DenseBalance(const Plan& plan, std::int32_t cell, const double* direction, unsigned feeding)
      : table(plan.shapes.table(cell)),
        omega(direction) {
    const double* vectors = &plan.face_vector[std::int64_t(cell) * plan.n_face * D];
    double total = 0;
    for (int k = 0; k < n_faces; ++k) {
      flow[k] = 0;
      for (int d = 0; d < D; ++d) flow[k] += omega[d] * vectors[k * D + d];
      total += flow[k] < 0 ? -flow[k] : flow[k];
    }
    scale = 2 / total;
    if (table != nullptr) {
      from_table(feeding);
    } else {
      from_reference(feeding, vectors, plan.volume[cell]);
    }
    for (int k = 0; k < n_faces; ++k) {
      if (feeding >> k & 1u) enter(k);
    }
  }

  // int n . Omega phi_a over face k, a one of its vertices
  double through(int k, int a) const {
    if (table == nullptr) return flow[k] / element.n_face_vertices[k];
    double sum = 0;
    for (int b = 0; b < element.n_face_vertices[k]; ++b) sum += face(k, a, b);
    return sum;
  }

  static constexpr int vertex_at(int position) { return position; }

  // int phi_i f for nodal f
  void source(const double* nodal, T* result) const {
    for (int i = 0; i < N; ++i) {
      double sum = 0;
      for (int j = 0; j < N; ++j) sum += weighted[i][j] * nodal[j];
      result[i] = T(sum);
    }
  }

  // rhs += what comes in through face k: row(b) is the upwind trace at its vertex b, and
  // entry_at(i, b) what of it vertex i takes in. Here and below the coefficients may be the same
  // for a pack (lanes of one cell) or not (several cells).
  template <class Entry, class Row>
  BTE_INLINE static void add_inflow(int k, const Entry& entry_at, const Row& row, pack<T>* rhs) {
    switch (k) {
      case 0: add_face<0>(entry_at, row, rhs); break;
      case 1: add_face<1>(entry_at, row, rhs); break;
      case 2: add_face<2>(entry_at, row, rhs); break;
      case 3: add_face<3>(entry_at, row, rhs); break;
      case 4:
        if constexpr (n_faces > 4) add_face<4>(entry_at, row, rhs);
        break;
      default:
        if constexpr (n_faces > 5) add_face<5>(entry_at, row, rhs);
        break;
    }
  }

  template <int K, class Entry, class Row>
  BTE_INLINE static void add_face(const Entry& entry_at, const Row& row, pack<T>* rhs) {
    constexpr int n = element.n_face_vertices[K];
    pack<T> u[n];
    BTE_UNROLL
    for (int b = 0; b < n; ++b) u[b] = row(b);
    BTE_UNROLL
    for (int i = 0; i < n; ++i) {
      BTE_UNROLL
      for (int b = 0; b < n; ++b) rhs[element.face_vertices[K][i]] += entry_at(i, b) * u[b];
    }
  }

  // theta <- (A + M / Lambda)^-1 theta, theta the right-hand side on entry. Two rows are finished
  // in registers before they are stored, with pivots of 2 x 2: one division for both.
  template <class Matrix>
  BTE_INLINE static void solve(const Matrix& matrix, pack<T>* theta) {
    pack<T> upper[N][N];  // of each pivot the inverse
    BTE_UNROLL
    for (int i = 0; i < N; i += 2) {
      pack<T> row[2][N];
      BTE_UNROLL
      for (int j = 0; j < N; ++j) {
        row[0][j] = matrix(i, j);
        row[1][j] = matrix(i + 1, j);
      }
      BTE_UNROLL
      for (int p = 0; p < i; p += 2) {
        BTE_UNROLL
        for (int r = 0; r < 2; ++r) {
          const pack<T> one = row[r][p] * upper[p][p] + row[r][p + 1] * upper[p + 1][p];
          const pack<T> two = row[r][p] * upper[p][p + 1] + row[r][p + 1] * upper[p + 1][p + 1];
          BTE_UNROLL
          for (int j = p + 2; j < N; ++j) {
            row[r][j] -= one * upper[p][j];
            row[r][j] -= two * upper[p + 1][j];
          }
          theta[i + r] -= one * theta[p];
          theta[i + r] -= two * theta[p + 1];
        }
      }
      const pack<T> inverse = reciprocal<T>(row[0][i] * row[1][i + 1] - row[0][i + 1] * row[1][i]);
      upper[i][i] = row[1][i + 1] * inverse;
      upper[i][i + 1] = -row[0][i + 1] * inverse;
      upper[i + 1][i] = -row[1][i] * inverse;
      upper[i + 1][i + 1] = row[0][i] * inverse;
      BTE_UNROLL
      for (int j = i + 2; j < N; ++j) {
        upper[i][j] = row[0][j];
        upper[i + 1][j] = row[1][j];
      }
    }
    BTE_UNROLL
    for (int i = N - 2; i >= 0; i -= 2) {
      BTE_UNROLL
      for (int j = N - 1; j > i + 1; --j) {  // what is known longest first
        theta[i] -= upper[i][j] * theta[j];
        theta[i + 1] -= upper[i + 1][j] * theta[j];
      }
      const pack<T> one = theta[i];
      theta[i] = upper[i][i] * one + upper[i][i + 1] * theta[i + 1];
      theta[i + 1] = upper[i + 1][i] * one + upper[i + 1][i + 1] * theta[i + 1];
    }
  }

 private:
  // int_{face k} Omega . n phi_i phi_j of a cell with a table; zero beyond the face
  double face(int k, int i, int j) const {
    const double* values = table + (D + 1) * N * N + k * D * 16 + i * 4 + j;
    double sum = 0;
    for (int d = 0; d < D; ++d) sum += omega[d] * values[d * 16];
    return sum;
  }

  void enter(int k) {
    for (int i = 0; i < NF; ++i) {
      for (int j = 0; j < NF; ++j) {
        entry[k][i][j] = table == nullptr ? T(-scale * flow[k] * reference<N>.face[k][i][j])
                                          : T(-scale * face(k, i, j));
      }
    }
  }

  void from_reference(unsigned feeding, const double* vectors, double volume) {
    constexpr const Reference<N>& ref = reference<N>;
    double sum[N][N] = {};
    for (int k = 0; k < n_faces; ++k) {
      const Square<N>& part = feeding >> k & 1u ? ref.inward[k] : ref.outward[k];
      const double b = scale * flow[k];
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) sum[i][j] += b * part[i][j];
      }
    }
    double weight[Reference<N>::n_weights];
    mass_weights<N>(vectors, volume, weight);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        weighted[i][j] = 0;
        for (int v = 0; v < Reference<N>::n_weights; ++v) {
          weighted[i][j] += scale * weight[v] * ref.mass[v][i][j];
        }
        mass[i][j] = T(weighted[i][j]);
        a[i][j] = T(sum[i][j]);
      }
    }
  }

  void from_table(unsigned feeding) {
    double sum[N][N] = {};
    for (int d = 0; d < D; ++d) {
      const double* stream = table + d * N * N;
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) sum[i][j] -= omega[d] * stream[i * N + j];
      }
    }
    for (int k = 0; k < n_faces; ++k) {
      if (feeding >> k & 1u) continue;
      const auto& v = element.face_vertices[k];
      for (int i = 0; i < element.n_face_vertices[k]; ++i) {
        for (int j = 0; j < element.n_face_vertices[k]; ++j) sum[v[i]][v[j]] += face(k, i, j);
      }
    }
    const double* stored = table + D * N * N;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        weighted[i][j] = scale * stored[i * N + j];
        mass[i][j] = T(weighted[i][j]);
        a[i][j] = T(scale * sum[i][j]);
      }
    }
  }
};

// The coefficients of a pack of alike cells.
template <class T, int D, int N>
struct DensePack {
  using Balance = DenseBalance<T, D, N>;
  static constexpr int P = pack_lanes<T>;
  static constexpr int F = Balance::n_faces, NF = Balance::NF;
  pack<T> a[N][N], mass[N][N], entry[F][NF][NF];

  void from_reference(const Plan& plan, const std::int32_t* cell, const T (*flow)[P],
                      unsigned feeding) {
    constexpr const Reference<N>& ref = reference<N>;
    T weights[Reference<N>::n_weights][P];
    for (int c = 0; c < P; ++c) {
      double weight[Reference<N>::n_weights];
      const double* vectors = &plan.face_vector[std::int64_t(cell[c]) * plan.n_face * D];
      mass_weights<N>(vectors, plan.volume[cell[c]], weight);
      for (int v = 0; v < Reference<N>::n_weights; ++v) weights[v][c] = T(weight[v]);
    }
    pack<T> total = fill<T>(0), b[F];
    for (int k = 0; k < F; ++k) {
      b[k] = load(flow[k]);
      total += b[k] * fill(T(feeding >> k & 1u ? -1 : 1));
    }
    const pack<T> scale = fill<T>(2) / total;
    for (int k = 0; k < F; ++k) b[k] *= scale;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        pack<T> sum = fill<T>(0), m = fill<T>(0);
        for (int k = 0; k < F; ++k) {
          sum += b[k] * fill(T((feeding >> k & 1u ? ref.inward : ref.outward)[k][i][j]));
        }
        for (int v = 0; v < Reference<N>::n_weights; ++v) {
          m += load(weights[v]) * fill(T(ref.mass[v][i][j]));
        }
        a[i][j] = sum;
        mass[i][j] = m * scale;
      }
    }
    for (int k = 0; k < F; ++k) {
      for (int i = 0; i < NF; ++i) {
        for (int j = 0; j < NF; ++j) entry[k][i][j] = -b[k] * fill(T(ref.face[k][i][j]));
      }
    }
  }

  void from_balances(const Plan& plan, const std::int32_t* cell, const double* omega,
                     unsigned feeding) {
    for (int c = 0; c < P; ++c) {
      const Balance balance(plan, cell[c], omega, feeding);
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) {
          a[i][j][c] = balance.a[i][j];
          mass[i][j][c] = balance.mass[i][j];
        }
      }
      for (int k = 0; k < F; ++k) {
        if (!(feeding >> k & 1u)) continue;
        for (int i = 0; i < NF; ++i) {
          for (int j = 0; j < NF; ++j) entry[k][i][j][c] = balance.entry[k][i][j];
        }
      }
    }
  }
};
