#include "varhush/nn/packed_matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace varhush::nn {
namespace {

Matrix random_matrix(std::int64_t rows, std::int64_t columns, unsigned seed) {
    std::mt19937 engine(seed);
    std::uniform_real_distribution<float> draw(-1, 1);
    Matrix matrix(rows, columns);
    for (std::int64_t r = 0; r < rows; ++r) {
        matrix.zero_row(r);
        for (std::int64_t c = 0; c < columns; ++c) {
            matrix.row(r)[c] = draw(engine);
        }
    }
    return matrix;
}

struct Case {
    std::int64_t rows;
    int taps;
    std::int64_t depth;
    std::int64_t columns;
};

float weight_of(std::int64_t column, std::int64_t k) {
    return static_cast<float>((column * 7 + k * 3) % 53 - 26) / 40;
}

PackedMatrix packed(const Case& c, const Team& team) {
    return {c.taps,
            c.depth,
            c.columns,
            [&](std::int64_t column, float* weights) {
                for (std::int64_t k = 0; k < c.taps * c.depth; ++k) {
                    weights[k] = weight_of(column, k);
                }
            },
            team};
}

double expected(const Case& c, const Matrix& in, std::int64_t row, std::int64_t column) {
    double sum = 0;
    for (int t = 0; t < c.taps; ++t) {
        for (std::int64_t i = 0; i < c.depth; ++i) {
            sum += static_cast<double>(in.row(row + t)[i]) *
                   static_cast<double>(weight_of(column, t * c.depth + i));
        }
    }
    return sum;
}

TEST(Multiply, AgreesWithDoubleSumsForOddShapes) {
    for (const Case& c : {Case{1, 1, 1, 1},
                          Case{7, 5, 24, 28},
                          Case{13, 1, 300, 33},
                          Case{29, 3, 257, 64},
                          Case{400, 5, 31, 40}}) {
        const Team alone;
        const auto weights = packed(c, alone);
        const auto in = random_matrix(c.rows + c.taps - 1, c.depth, 1);
        Matrix out(c.rows, c.columns);
        multiply(alone,
                 {.in = in.view(),
                  .rows = c.rows,
                  .weights = &weights,
                  .residual = {},
                  .out = out.view()});
        for (std::int64_t r = 0; r < c.rows; ++r) {
            for (std::int64_t n = 0; n < c.columns; ++n) {
                ASSERT_NEAR(out.row(r)[n],
                            expected(c, in, r, n),
                            1e-5 * static_cast<double>(c.taps * c.depth))
                    << r << " " << n;
            }
            for (std::int64_t n = c.columns; n < out.padded(); ++n) {
                ASSERT_EQ(out.row(r)[n], 0.0F) << "padding";
            }
        }
    }
}

TEST(Multiply, AddsBiasResidualOfFewerColumnsAndReluInThisOrder) {
    const Case c{5, 1, 8, 70};
    const Team alone;
    auto weights = packed(c, alone);
    std::vector<float> bias(70);
    for (std::size_t i = 0; i < bias.size(); ++i) {
        bias[i] = static_cast<float>(i) / 100;
    }
    weights.set_bias(bias.data());
    const auto in = random_matrix(c.rows, c.depth, 2);
    const auto residual = random_matrix(c.rows, 20, 3);
    Matrix out(c.rows, c.columns);
    multiply(alone,
             {.in = in.view(),
              .rows = c.rows,
              .weights = &weights,
              .residual = residual.view(),
              .residual_columns = 20,
              .relu = true,
              .out = out.view()});
    for (std::int64_t r = 0; r < c.rows; ++r) {
        for (std::int64_t n = 0; n < c.columns; ++n) {
            const double add = n < 20 ? residual.row(r)[n] : 0.0F;
            const double sum = expected(c, in, r, n) + bias[static_cast<std::size_t>(n)] + add;
            ASSERT_NEAR(out.row(r)[n], std::max(sum, 0.0), 1e-5) << r << " " << n;
        }
    }
}

TEST(Multiply, GivesTheSameBitsForAnyTeamAndAnyCutOfTheRows) {
    const Case c{700, 5, 300, 96};
    core::WorkerPool pool(3);
    const Team alone;
    const auto weights = packed(c, Team(pool));
    const auto in = random_matrix(c.rows + 4, c.depth, 4);
    Matrix whole(c.rows, c.columns);
    Matrix pieces(c.rows, c.columns);
    multiply(Team(pool),
             {.in = in.view(),
              .rows = c.rows,
              .weights = &weights,
              .residual = {},
              .out = whole.view()});
    for (std::int64_t row = 0; row < c.rows;) {
        const std::int64_t rows = std::min<std::int64_t>(1 + row % 37, c.rows - row);
        multiply(alone,
                 {.in = ConstRows(in.view()).from(row),
                  .rows = rows,
                  .weights = &weights,
                  .residual = {},
                  .out = pieces.view().from(row)});
        row += rows;
    }
    for (std::int64_t r = 0; r < c.rows; ++r) {
        ASSERT_EQ(std::memcmp(whole.row(r), pieces.row(r), sizeof(float) * 96), 0) << r;
    }
}

class MatrixKernelSet : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        kernels_ = find_matrix_kernels(GetParam());
        if (kernels_ == nullptr) {
            GTEST_SKIP() << "this processor cannot run " << GetParam();
        }
    }
    const MatrixKernels* kernels_ = nullptr;
};

TEST_P(MatrixKernelSet, ProductsAgreeWithDoubleSums) {
    const Case c{29, 3, 300, 32};
    const auto weights = packed(c, Team());
    const auto in = random_matrix(c.rows + 2, c.depth, 5);
    Matrix out(c.rows, 32);
    PanelProduct task;
    task.in = in.view();
    task.rows = c.rows;
    task.taps = c.taps;
    task.depth = c.depth;
    task.panel = weights.panel(0);
    task.out = out.view();
    kernels_->product(task);
    for (std::int64_t r = 0; r < c.rows; ++r) {
        for (std::int64_t n = 0; n < 32; ++n) {
            ASSERT_NEAR(out.row(r)[n], expected(c, in, r, n), 1e-3);
        }
    }
}

TEST_P(MatrixKernelSet, HalfAPanelHasTheBitsOfTheWholeAndZerosBehind) {
    for (const Case& c : {Case{29, 3, 300, 16}, Case{1, 1, 7, 9}, Case{50, 5, 72, 8}}) {
        const auto weights = packed(c, Team());
        const auto in = random_matrix(c.rows + c.taps - 1, c.depth, 5);
        const auto residual = random_matrix(c.rows, c.columns, 6);
        PanelProduct task;
        task.in = in.view();
        task.rows = c.rows;
        task.taps = c.taps;
        task.depth = c.depth;
        task.panel = weights.panel(0);
        task.residual = residual.view();
        Matrix whole(c.rows, 32);
        task.out = whole.view();
        kernels_->product(task);
        auto half = random_matrix(c.rows, 32, 7);
        task.out = half.view();
        task.columns = static_cast<int>(c.columns);
        kernels_->product(task);
        for (std::int64_t r = 0; r < c.rows; ++r) {
            ASSERT_EQ(std::memcmp(whole.row(r), half.row(r), 32 * sizeof(float)), 0) << r;
        }
    }
}

TEST_P(MatrixKernelSet, RowsAreAddedInOrder) {
    const auto rows = random_matrix(5, 64, 8);
    const auto start = random_matrix(1, 64, 9);
    const std::vector<const float*> chosen{rows.row(3), rows.row(0), rows.row(3), rows.row(4)};
    for (int count = 0; count <= 4; ++count) {
        std::vector<float> expected(start.row(0), start.row(0) + 64);
        for (int i = 0; i < count; ++i) {
            for (std::size_t c = 0; c < 64; ++c) {
                expected[c] += chosen[static_cast<std::size_t>(i)][c];
            }
        }
        std::vector<float> sum(start.row(0), start.row(0) + 64);
        kernels_->add_rows(sum.data(), chosen.data(), count, 64, sum.data());
        EXPECT_EQ(sum, expected) << count;
    }
}

// Arguments from -100 to 100 with small ones on both sides of zero.
std::vector<float> arguments() {
    std::vector<float> values;
    for (int i = -400; i <= 400; ++i) {
        values.push_back(static_cast<float>(i) * 0.25F);
    }
    for (float x = 1e-6F; x < 1; x *= 3) {
        values.push_back(x);
        values.push_back(-x);
    }
    values.resize((values.size() + 31) / 32 * 32, 0.0F);
    return values;
}

TEST_P(MatrixKernelSet, ElementaryFunctionsAgreeWithTheLibrary) {
    const auto x = arguments();
    const auto n = static_cast<std::int64_t>(x.size());
    auto soft = x;
    auto sigmoid = x;
    auto gelu = x;
    auto gelu_s = x;
    const std::vector<float> one(x.size(), 1.0F);
    const std::vector<float> zero(x.size(), 0.0F);
    kernels_->softplus({soft.data(), n}, 1, n, nullptr);
    kernels_->sigmoid({sigmoid.data(), n}, 1, n);
    kernels_->gelu_tanh({gelu.data(), n}, 1, n);
    kernels_->norm_gelu({x.data(), n}, 1, n, nullptr, one.data(), zero.data(), {gelu_s.data(), n});
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double v = x[i];
        const double softplus = std::max(v, 0.0) + std::log1p(std::exp(-std::fabs(v)));
        EXPECT_NEAR(soft[i], softplus, 4e-7 * softplus + 1e-37) << v;
        EXPECT_NEAR(sigmoid[i], 1 / (1 + std::exp(-v)), 4e-7 / (1 + std::exp(-v)) + 1e-37) << v;
        const double tanh = std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v));
        EXPECT_NEAR(gelu[i], 0.5 * v * (1 + tanh), 4e-7 * std::max(1.0, std::fabs(v))) << v;
        EXPECT_NEAR(gelu_s[i], v / (1 + std::exp(-1.702 * v)), 5e-7 * std::max(1.0, std::fabs(v)))
            << v;
    }
}

TEST_P(MatrixKernelSet, FinishesTracksAsTheFormulaSays) {
    const auto x = arguments();
    const auto n = static_cast<std::int64_t>(x.size());
    const std::vector<float> gain(x.size(), 0.7F);
    const std::vector<float> factor(x.size(), 3.0F);
    for (const bool squash : {false, true}) {
        auto y = x;
        kernels_->finish_tracks({y.data(), n}, 1, n, gain.data(), factor.data(), squash);
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double v = x[i];
            double m = (std::max(v, 0.0) + std::log1p(std::exp(-std::fabs(v)))) * 0.7;
            m = m > 10 ? (m + 10) * (m + 10) / 40 : m;
            m = squash ? std::pow(m, 1 / 0.75) : m;
            EXPECT_NEAR(y[i], 3 * m, 3e-6 * m + 1e-30) << v;
        }
    }
}

TEST_P(MatrixKernelSet, WhatIsNoNumberStaysSo) {
    const float nan = std::nanf("");
    const std::vector<float> one(32, 1.0F);
    const std::vector<float> zero(32, 0.0F);
    std::vector<float> x(32, nan);
    const auto all_nan = [](const std::vector<float>& values) {
        return std::all_of(values.begin(), values.end(), [](float v) { return std::isnan(v); });
    };
    auto y = x;
    kernels_->softplus({y.data(), 32}, 1, 32, nullptr);
    EXPECT_TRUE(all_nan(y));
    y = x;
    kernels_->sigmoid({y.data(), 32}, 1, 32);
    EXPECT_TRUE(all_nan(y));
    y = x;
    kernels_->gelu_tanh({y.data(), 32}, 1, 32);
    EXPECT_TRUE(all_nan(y));
    kernels_->norm_gelu({x.data(), 32}, 1, 32, nullptr, one.data(), zero.data(), {y.data(), 32});
    EXPECT_TRUE(all_nan(y));
    y = x;
    kernels_->finish_tracks({y.data(), 32}, 1, 32, one.data(), one.data(), true);
    EXPECT_TRUE(all_nan(y));
    kernels_->maximum(x.data(), zero.data(), 32, y.data());
    EXPECT_TRUE(all_nan(y));
    kernels_->maximum(zero.data(), x.data(), 32, y.data());
    EXPECT_TRUE(all_nan(y));
    y = zero;
    y[3] = nan;
    const std::vector<float> bias(2, 0.0F);
    kernels_->capped_softmax(y.data(), 32, 1.0F, bias.data());
    EXPECT_TRUE(all_nan(y));
    y = zero;
    y[3] = nan;
    kernels_->softmax(y.data(), 32, 1.0F);
    EXPECT_TRUE(all_nan(y));
}

TEST_P(MatrixKernelSet, SoftmaxesSumToOneAtAnyLength) {
    for (const std::int64_t count : {1, 5, 16, 37, 100}) {
        std::vector<float> row;
        std::vector<float> bias;
        for (std::int64_t j = 0; j < count; ++j) {
            row.push_back(static_cast<float>((j * 37) % 19) - 9);
        }
        for (std::int64_t j = 0; j * 16 < count; ++j) {
            bias.push_back(static_cast<float>(j % 3) - 1);
        }
        auto plain = row;
        auto capped = row;
        kernels_->softmax(plain.data(), count, 0.5F);
        kernels_->capped_softmax(capped.data(), count, 0.5F, bias.data());
        double plain_sum = 0;
        double capped_sum = 0;
        const auto cap = [&](std::size_t j) {
            return 5 * std::tanh((0.5 * row[j] + bias[j / 16]) / 5);
        };
        for (std::size_t j = 0; j < row.size(); ++j) {
            plain_sum += std::exp(0.5 * row[j]);
            capped_sum += std::exp(cap(j));
        }
        for (std::size_t j = 0; j < row.size(); ++j) {
            EXPECT_NEAR(plain[j], std::exp(0.5 * row[j]) / plain_sum, 1e-6);
            EXPECT_NEAR(capped[j], std::exp(cap(j)) / capped_sum, 3e-6);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sets,
                         MatrixKernelSet,
                         testing::Values("generic", "avx2", "avx512"),
                         [](const auto& param_info) { return param_info.param; });

TEST(PackedMatrix, OfRowsAndOfColumnsAreTransposesOfEachOther) {
    const auto rows = random_matrix(9, 40, 6);
    const auto in = random_matrix(3, 40, 7);
    const auto by_rows = PackedMatrix::of_rows(rows.view(), 9, 40);
    Matrix out(3, 9);
    multiply(Team(),
             {.in = in.view(), .rows = 3, .weights = &by_rows, .residual = {}, .out = out.view()});
    double sum = 0;
    for (int i = 0; i < 40; ++i) {
        sum += static_cast<double>(in.row(1)[i]) * static_cast<double>(rows.row(4)[i]);
    }
    EXPECT_NEAR(out.row(1)[4], sum, 1e-5);

    const auto short_in = random_matrix(3, 9, 8);
    const auto by_columns = PackedMatrix::of_columns(rows.view(), 9, 40);
    Matrix wide(3, 40);
    multiply(Team(),
             {.in = short_in.view(),
              .rows = 3,
              .weights = &by_columns,
              .residual = {},
              .out = wide.view()});
    sum = 0;
    for (int i = 0; i < 9; ++i) {
        sum += static_cast<double>(short_in.row(2)[i]) * static_cast<double>(rows.row(i)[33]);
    }
    EXPECT_NEAR(wide.row(2)[33], sum, 1e-5);
}

}  // namespace
}  // namespace varhush::nn
