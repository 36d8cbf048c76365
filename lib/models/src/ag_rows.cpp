#include "ag_rows.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::models {

namespace {

constexpr std::int64_t kChunkRows = 64;

template <class Body>
void for_chunks(const nn::Team& team, std::int64_t rows, const Body& body) {
    const std::int64_t chunks = (rows + kChunkRows - 1) / kChunkRows;
    team.run(chunks, [&](std::int64_t chunk, int) {
        const std::int64_t begin = chunk * kChunkRows;
        body(begin, std::min(kChunkRows, rows - begin));
    });
}

}  // namespace

void norm_gelu_rows(const nn::Team& team,
                    const Affine& norm,
                    nn::ConstRows in,
                    std::int64_t rows,
                    std::int64_t columns,
                    nn::Rows out) {
    for_chunks(team, rows, [&](std::int64_t begin, std::int64_t count) {
        nn::matrix_kernels().norm_gelu(in.from(begin),
                                       count,
                                       nn::padded_columns(columns),
                                       nullptr,
                                       norm.scale.data(),
                                       norm.shift.data(),
                                       out.from(begin));
    });
}

void norm_rows(const nn::Team& team,
               const Affine& norm,
               nn::ConstRows in,
               std::int64_t rows,
               std::int64_t columns,
               nn::Rows out) {
    for_chunks(team, rows, [&](std::int64_t begin, std::int64_t count) {
        nn::matrix_kernels().scale_shift(in.from(begin),
                                         count,
                                         nn::padded_columns(columns),
                                         norm.scale.data(),
                                         norm.shift.data(),
                                         out.from(begin));
    });
}

void add_rows(const nn::Team& team,
              nn::ConstRows what,
              std::int64_t rows,
              std::int64_t columns,
              nn::Rows to) {
    for_chunks(team, rows, [&](std::int64_t begin, std::int64_t count) {
        for (std::int64_t r = begin; r < begin + count; ++r) {
            const float* from = what.row(r);
            float* into = to.row(r);
            for (std::int64_t c = 0; c < columns; ++c) {
                into[c] += from[c];
            }
        }
    });
}

void layer_norm(nn::ConstRows in,
                std::int64_t rows,
                std::int64_t columns,
                bool centred,
                const float* weight,
                const float* bias,
                nn::Rows out) {
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* from = in.row(r);
        float* to = out.row(r);
        double sum = 0;
        for (std::int64_t c = 0; centred && c < columns; ++c) {
            sum += from[c];
        }
        const double mean = sum / static_cast<double>(columns);
        double squares = 0;
        for (std::int64_t c = 0; c < columns; ++c) {
            const double x = from[c] - mean;
            squares += x * x;
        }
        const double root = 1 / std::sqrt(squares / static_cast<double>(columns) + 1e-5);
        for (std::int64_t c = 0; c < columns; ++c) {
            const auto x = static_cast<float>((from[c] - mean) * root);
            to[c] = x * weight[c] + bias[c];
        }
        std::fill(to + columns, to + nn::padded_columns(columns), 0.0F);
    }
}

}  // namespace varhush::models
