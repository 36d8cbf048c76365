// `varhush ism --method gradient`: what it writes are slopes of the scorer's number, found here by
// central differences of the whole network in float64.
#include "ism_fixture.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/scoring/window.hpp"
#include "varhush/seq/alphabet.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <cmath>
#include <functional>

namespace varhush::apps {
namespace {

constexpr std::int64_t kWindow = 4096;
constexpr std::int64_t kFirst = 5597;  // 1-based; the middle is 5601
constexpr std::int64_t kLast = 5604;

class IsmGradient : public IsmFixture {
  protected:
    void SetUp() override {
        IsmFixture::SetUp();
        file_.emplace(models::load_alphagenome((folder() / "model.safetensors").string()));
        models::AlphaGenomeTorchOptions options;
        options.precision = models::TorchPrecision::kFloat64;
        network_.emplace(file_->file, file_->config, options);
        window_ = scoring::resized({"chr1", kFirst - 1, kLast, '.'}, kWindow);
        const auto codes =
            seq::base_codes(bases_.substr(static_cast<std::size_t>(window_.start), kWindow));
        one_hot_ = at::zeros({1, 4, kWindow}, at::kDouble);
        for (std::int64_t i = 0; i < kWindow; ++i) {
            one_hot_[0][codes[static_cast<std::size_t>(i)]][i] = 1.0;
        }
    }

    using Number = std::function<double(const models::TorchEmbeddings&)>;

    // Slope of `number` where letter `up` grows, and letter `down` (if any) shrinks, at `position`.
    [[nodiscard]] double slope(const Number& number,
                               std::int64_t position,
                               char up,
                               char down = 0) const {
        const c10::InferenceMode guard;
        constexpr double kStep = 1e-5;
        at::Tensor direction = at::zeros({1, 4, kWindow}, at::kDouble);
        const std::int64_t column = position - 1 - window_.start;
        direction[0][seq::base_code(up)][column] = 1.0;
        if (down != 0) {
            direction[0][seq::base_code(down)][column] = -1.0;
        }
        return (number(network_->embed(one_hot_ + kStep * direction, 0)) -
                number(network_->embed(one_hot_ - kStep * direction, 0))) /
               (2 * kStep);
    }

    [[nodiscard]] at::Tensor tracks(const models::TorchEmbeddings& embeddings,
                                    models::OutputType output) const {
        return network_->head(output, 1, embeddings, 0)[0];
    }
    // log2(1 + the 501 bases about the middle), mean of all tracks.
    [[nodiscard]] Number dnase() const {
        return [this](const models::TorchEmbeddings& embeddings) {
            const std::int64_t middle = (kFirst - 1 + kLast) / 2 - window_.start;
            const auto sums =
                tracks(embeddings, models::OutputType::kDnase).narrow(0, middle - 250, 501).sum(0);
            return at::log2(1 + sums).mean().item<double>();
        };
    }
    // Gene ONE of the fixture: its exon, tracks of '+' (the first half).
    [[nodiscard]] Number expression() const {
        return [this](const models::TorchEmbeddings& embeddings) {
            const auto half = tracks(embeddings, models::OutputType::kRnaSeq).narrow(1, 0, 4);
            const auto exon = half.narrow(0, 5000 - window_.start, 1200);
            return at::log(exon.mean(0) + 0.001).mean().item<double>();
        };
    }
    [[nodiscard]] std::string where() const {
        return "-r chr1:" + std::to_string(kFirst) + "-" + std::to_string(kLast) + " ";
    }
    void expect_slopes(const std::string& scorer, const Number& number) const {
        const auto rows = table(where() + "--method gradient --scorer " + scorer);
        ASSERT_EQ(rows.size(), 24U);
        for (std::size_t i = 0; i < rows.size(); i += 5) {
            const double expected = slope(
                number, std::stol(rows[i].at("pos")), rows[i].at("alt")[0], rows[i].at("ref")[0]);
            EXPECT_NEAR(std::stod(rows[i].at("score")), expected, 2e-3 * std::abs(expected) + 1e-6)
                << scorer << " " << i;
            EXPECT_GT(std::abs(expected), 1e-6);
        }
    }

    std::optional<models::AlphaGenomeFile> file_;
    std::optional<models::AlphaGenomeTorch> network_;
    scoring::ScoreWindow window_;
    at::Tensor one_hot_;
};

TEST_F(IsmGradient, ScoresAreSlopesOfTheScorersNumber) {
    expect_slopes("DNASE", dnase());
    expect_slopes("RNA_SEQ --gtf genes.gtf --gene ONE", expression());
}

TEST_F(IsmGradient, MatrixIsTheSlopeOrTheSlopeLessItsMean) {
    const std::string what = where() + "--scorer DNASE -o /dev/null --matrix - --method ";
    const auto plain = table(what + "input-gradient");
    const auto corrected = table(what + "gradient");
    ASSERT_EQ(plain.size(), 8U);
    ASSERT_EQ(corrected.size(), 8U);
    for (std::size_t i = 0; i < plain.size(); ++i) {
        double mean = 0;
        for (const char letter : {'A', 'C', 'G', 'T'}) {
            mean += std::stod(plain[i].at(std::string(1, letter))) / 4;
        }
        for (const char letter : {'A', 'C', 'G', 'T'}) {
            const std::string name(1, letter);
            EXPECT_NEAR(
                std::stod(corrected[i].at(name)), std::stod(plain[i].at(name)) - mean, 1e-6);
        }
    }
    const char ref = plain[3].at("ref")[0];
    const double expected = slope(dnase(), kFirst + 3, ref);
    EXPECT_NEAR(
        std::stod(plain[3].at(std::string(1, ref))), expected, 2e-3 * std::abs(expected) + 1e-6);
}

TEST_F(IsmGradient, SignalIsTheBaseOfTheSequenceAndRepeatsGiveTheSameBytes) {
    const auto run = [&](const std::string& name) {
        const auto outcome =
            ism(where() + "--scorer DNASE --method gradient -o " + name + ".tsv --matrix " + name +
                ".m --bedgraph " + name + ".bg --svg " + name + ".svg");
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    };
    run("one");
    run("two");
    for (const char* suffix : {".tsv", ".m", ".bg", ".svg"}) {
        EXPECT_EQ(read(std::string("one") + suffix), read(std::string("two") + suffix)) << suffix;
    }
    const auto matrix = rows_of(read("one.m"));
    std::istringstream signal(read("one.bg"));
    for (const auto& row : matrix) {
        std::string contig;
        std::int64_t start = 0;
        std::int64_t end = 0;
        double value = 0;
        signal >> contig >> start >> end >> value;
        EXPECT_EQ(std::to_string(end), row.at("pos"));
        EXPECT_NEAR(value, std::stod(row.at(row.at("ref"))), 1e-6 * std::abs(value));
    }
}

// Small steps: what a change does is what the slope says.
TEST_F(IsmGradient, IsLikeSaturationMutagenesis) {
    const std::string what = "-r chr1:5501-5620 --scorer DNASE";
    const auto slopes = table(what + " --method gradient");
    const auto scores = table(what);
    ASSERT_EQ(slopes.size(), scores.size());
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        const double x = std::stod(slopes[i].at("score"));
        const double y = std::stod(scores[i].at("score"));
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    EXPECT_GT(xy / std::sqrt(xx * yy), 0.6);
}

TEST_F(IsmGradient, NoGeneHereIsSaid) {
    const auto outcome =
        ism("-r chr2:3001-3004 --scorer RNA_SEQ --gtf genes.gtf --method gradient -o out.tsv");
    EXPECT_EQ(outcome.exit_code, 3) << outcome.err;
    EXPECT_THAT(outcome.err, ::testing::HasSubstr("no gene and track of the window"));
    EXPECT_TRUE(files("out").empty());
}

}  // namespace
}  // namespace varhush::apps
