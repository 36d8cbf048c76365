#include "varhush/models/sirna_torch.hpp"

#include "sirna_test_ensemble.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace varhush::models {
namespace {

/// The tensors of one member put into the Torch network, run on the rows' columns.
std::vector<float> run_torch(const test::RandomEnsemble& random,
                             const SirnaEnsemble& native,
                             std::size_t member,
                             const std::vector<float>& rows) {
    const at::NoGradGuard no_grad;
    const auto part = static_cast<std::size_t>(random.config.members[member].part);
    const SirnaTorchNet net(random.config.parts[part], 1);
    for (const auto& [name, tensor] : net.tensors()) {
        const auto& values = random.tensor(sirna_member_prefix(member) + name).values;
        std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
    }
    const auto n = static_cast<std::int64_t>(rows.size() / 16);
    at::Tensor letters = at::empty({n, 12});
    at::Tensor dense = at::empty({n, 4});
    for (std::int64_t i = 0; i < n; ++i) {
        const auto row = std::span(rows).subspan(static_cast<std::size_t>(16 * i), 16);
        std::vector<float> standard(16);
        native.standardise(row, standard);
        std::copy_n(row.begin(), 12, letters.data_ptr<float>() + 12 * i);
        std::copy_n(standard.begin() + 12, 4, dense.data_ptr<float>() + 4 * i);
    }
    const at::Tensor out = net.forward(letters, dense).contiguous();
    return {out.data_ptr<float>(), out.data_ptr<float>() + n};
}

// float32 sums in another order: 1e-5 of values around 1.
TEST(SirnaTorchNet, ComputesWhatTheNativeNetworksDo) {
    test::RandomEnsemble random;
    const SirnaEnsemble native(random.open());
    const auto rows = random.rows(67);
    for (const std::size_t member : {0U, 1U, 2U}) {
        const std::vector<std::size_t> which{member};
        const auto ours = native.predict(rows, which);
        const auto theirs = run_torch(random, native, member, rows);
        for (std::size_t i = 0; i < ours.size(); ++i) {
            EXPECT_NEAR(ours[i], theirs[i], 2e-5)
                << random.config.parts[member].kind << ", guide " << i;
        }
    }
}

TEST(SirnaTorchNet, CurvatureIsZeroForStraightSplinesOnly) {
    const test::RandomEnsemble random;
    const SirnaTorchNet net(random.config.parts[0], 1);
    const at::NoGradGuard no_grad;
    EXPECT_GT(net.curvature().item<float>(), 0);
    const at::Tensor& first = net.get("first.weight");  // [6, 12 + 4 + 4 * 6]
    first.detach().narrow(1, 16, 24).copy_(at::arange(6).repeat({4}).expand({6, 24}));
    net.get("last.spline").detach().copy_(at::arange(6).expand({5, 6}));
    EXPECT_NEAR(net.curvature().item<float>(), 0, 1e-10);
}

}  // namespace
}  // namespace varhush::models
