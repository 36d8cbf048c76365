#include "varhush/sirna/accessibility.hpp"

#include "rnafold_golden.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/sirna/fold.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <random>

namespace varhush::sirna {
namespace {

std::map<std::string, std::string> read_fasta(const std::filesystem::path& path) {
    io::TextReader reader(path);
    std::map<std::string, std::string> records;
    std::string line;
    std::string* record = nullptr;
    while (reader.next(line)) {
        if (line.starts_with('>')) {
            record = &records[line.substr(1, line.find_first_of(" \t") - 1)];
        } else {
            *record += line;
        }
    }
    return records;
}

class AccessibilityGolden : public RnafoldGolden {
  protected:
    [[nodiscard]] std::map<std::string, std::string> transcripts() const {
        return read_fasta(GetParam() ? shared_folder() / "data" / "sirna" / "targets.fa"
                                     : folder_ / "plfold_transcripts.fa");
    }
};
INSTANTIATE_TEST_SUITE_P(Rnafold, AccessibilityGolden, testing::Bool(), golden_name);

TEST_P(AccessibilityGolden, SameAsRnaplfold) {
    const auto strands = transcripts();
    std::map<std::string, Accessibility> computed;
    const auto rows = read("plfold_expected.tsv");
    ASSERT_GE(rows.size(), 720U);
    for (const auto& row : rows) {
        const std::string key = row.at("transcript") + ' ' + row.at("W");
        if (!computed.contains(key)) {
            computed.emplace(key,
                             local_unpaired(strands.at(row.at("transcript")),
                                            {.window = std::stoul(row.at("W")),
                                             .span = std::stoul(row.at("L")),
                                             .lengths = {1, 8, 19},
                                             .threads = 2}));
        }
        const std::size_t end = std::stoul(row.at("i")) - 1;
        for (const std::size_t length : {1U, 8U, 19U}) {
            const std::string& text = row.at("p" + std::to_string(length));
            const double found = computed.at(key).unpaired(length, end);
            if (text == "NA") {
                EXPECT_TRUE(std::isnan(found));
                continue;
            }
            const double p = std::stod(text);
            ASSERT_NEAR(found, p, 1e-6 * (p < 0.01 ? 2 * p : 1) + 1e-12)
                << key << ' ' << row.at("i");
        }
    }
}

std::string random_strand(std::mt19937& random, std::size_t length, const char* letters = "ACGU") {
    std::string strand(length, 'A');
    for (char& base : strand) {
        base = letters[random() % 4];
    }
    return strand;
}

// With one window the stretch of one base is what pair probabilities say.
TEST(Accessibility, OneWindowIsTheWholeFold) {
    std::mt19937 random(5);
    for (int round = 0; round < 20; ++round) {
        const std::string rna = random_strand(random, 30 + random() % 60, "ACGG");
        const auto found = local_unpaired(
            rna, {.window = rna.size(), .span = rna.size(), .lengths = {1}, .threads = 1});
        const auto pairs = pair_probabilities(rna);
        for (std::size_t i = 0; i < rna.size(); ++i) {
            ASSERT_NEAR(found.unpaired(1, i), pairs.unpaired(i), 1e-12) << rna << ' ' << i;
        }
    }
}

struct Structure {
    std::string text;
    double weight;
};

// Every structure of rna[begin, end) with pairs of at most `span` bases, by brackets, weighed with
// the neighbours that the whole strand gives.
class WindowEnumerator {
  public:
    WindowEnumerator(const std::string& rna, std::size_t begin, std::size_t end, std::size_t span)
        : rna_(rna), begin_(begin), end_(end), span_(span), text_(rna.size(), '.') {}

    std::vector<Structure> all() {
        extend(begin_);
        return std::move(found_);
    }

  private:
    void extend(std::size_t at) {
        if (at == end_) {
            if (open_.empty()) {
                found_.push_back({text_, std::exp(-evaluate(rna_, text_) / kThermal)});
            }
            return;
        }
        extend(at + 1);
        text_[at] = '(';
        open_.push_back(at);
        extend(at + 1);
        open_.pop_back();
        text_[at] = '.';
        if (!open_.empty() && can_close(at)) {
            const std::size_t partner = open_.back();
            open_.pop_back();
            text_[at] = ')';
            extend(at + 1);
            open_.push_back(partner);
            text_[at] = '.';
        }
    }
    [[nodiscard]] bool can_close(std::size_t at) const {
        const std::size_t first = open_.back();
        const std::string pair{rna_[first], rna_[at]};
        const bool bonds = pair == "AU" || pair == "UA" || pair == "CG" || pair == "GC" ||
                           pair == "GU" || pair == "UG";
        return bonds && at - first > 3 && at - first + 1 <= span_;
    }

    static constexpr double kThermal = 310.15 * 1.98717 / 1000;
    const std::string& rna_;
    std::size_t begin_;
    std::size_t end_;
    std::size_t span_;
    std::string text_;
    std::vector<std::size_t> open_;
    std::vector<Structure> found_;
};

// The definition itself: mean over windows of the share of the weight with the stretch unpaired.
double by_definition(const std::vector<std::vector<Structure>>& windows,
                     std::size_t window,
                     std::size_t first,
                     std::size_t last) {
    double sum = 0;
    int count = 0;
    for (std::size_t k = 0; k < windows.size(); ++k) {
        if (k > first || k + window <= last) {
            continue;
        }
        double z = 0;
        double open = 0;
        for (const auto& [text, weight] : windows[k]) {
            z += weight;
            const bool unpaired = text.find_first_of("()", first) > last;
            open += unpaired ? weight : 0;
        }
        sum += open / z;
        ++count;
    }
    return sum / count;
}

TEST(Accessibility, EqualsItsDefinition) {
    std::mt19937 random(8);
    const struct {
        std::size_t n, window, span;
    } shapes[] = {
        {22, 18, 18}, {24, 17, 13}, {24, 16, 16}, {22, 12, 9}, {17, 30, 30}, {19, 19, 16}};
    for (const auto& shape : shapes) {
        // Sequences with many multiloops, an A at the end (see ensemble_test.cpp).
        const std::string rna = random_strand(random, shape.n - 1, "GCGC") + "A";
        const std::size_t window = std::min(shape.window, shape.n);
        std::vector<std::vector<Structure>> windows;
        for (std::size_t k = 0; k + window <= shape.n; ++k) {
            windows.push_back(WindowEnumerator(rna, k, k + window, shape.span).all());
        }
        const std::vector<std::size_t> lengths{1, 2, 5, 8, 11};
        const auto found = local_unpaired(
            rna, {.window = shape.window, .span = shape.span, .lengths = lengths, .threads = 1});
        for (const std::size_t length : lengths) {
            for (std::size_t last = length - 1; last < shape.n; ++last) {
                ASSERT_NEAR(found.unpaired(length, last),
                            by_definition(windows, window, last + 1 - length, last),
                            1e-10)
                    << rna << ' ' << length << ' ' << last;
            }
        }
    }
}

TEST(Accessibility, SameForEveryNumberOfThreads) {
    std::mt19937 random(9);
    const std::string rna = random_strand(random, 3000);
    const auto one = local_unpaired(rna, {.lengths = {8, 19}, .threads = 1});
    const auto three = local_unpaired(rna, {.lengths = {8, 19}, .threads = 3});
    for (std::size_t end = 18; end < rna.size(); ++end) {
        ASSERT_EQ(one.unpaired(19, end), three.unpaired(19, end));
        ASSERT_EQ(one.unpaired(8, end), three.unpaired(8, end));
    }
}

// Parts are computed apart; where they meet nothing shows. A strand cut to the windows that contain
// a stretch gives the same but for the neighbours at its ends.
TEST(Accessibility, PartsMeetWithoutASeam) {
    std::mt19937 random(10);
    const std::string rna = random_strand(random, 1600);  // three parts
    const AccessibilityOptions options{.window = 60, .span = 35, .lengths = {7}, .threads = 1};
    const auto whole = local_unpaired(rna, options);
    for (const std::size_t end : {520U, 533U, 534U, 1066U, 1067U, 1100U}) {
        const auto around = local_unpaired(rna.substr(end - 400, 800), options);
        EXPECT_NEAR(around.unpaired(7, 400), whole.unpaired(7, end), 1e-12);
    }
}

TEST(Accessibility, EveryInstructionSetAgrees) {
    std::mt19937 random(12);
    const std::string rna = random_strand(random, 400);
    const AccessibilityOptions options{.window = 100, .span = 70, .lengths = {1, 19}, .threads = 1};
    const auto fastest = local_unpaired(rna, options);
    const char* before = std::getenv("VARHUSH_ISA");
    const std::string kept = before != nullptr ? before : "";
    for (const char* isa : {"generic", "avx2", "avx512"}) {
        setenv("VARHUSH_ISA", isa, 1);
        const auto found = local_unpaired(rna, options);
        for (std::size_t end = 18; end < rna.size(); ++end) {
            ASSERT_NEAR(found.unpaired(19, end), fastest.unpaired(19, end), 1e-13) << isa;
            ASSERT_NEAR(found.unpaired(1, end), fastest.unpaired(1, end), 1e-13) << isa;
        }
    }
    before != nullptr ? setenv("VARHUSH_ISA", kept.c_str(), 1) : unsetenv("VARHUSH_ISA");
}

// A perfect hairpin of 500 bases: weights of exp(1000).
TEST(Accessibility, StableWindowsLeaveTheRangeOfDouble) {
    const std::string rna = std::string(250, 'G') + "AAAA" + std::string(250, 'C') + "AAAAAAAAAA";
    const auto found =
        local_unpaired(rna, {.window = 514, .span = 514, .lengths = {1, 4}, .threads = 1});
    EXPECT_LT(found.unpaired(1, 120), 0.05);
    EXPECT_GT(found.unpaired(4, 512), 0.9);
}

TEST(Accessibility, ShortTranscriptsAndStretches) {
    const auto found = local_unpaired("GGGAAAACCC", {});  // shorter than the window: one window
    EXPECT_EQ(found.size(), 10U);
    EXPECT_TRUE(std::isnan(found.unpaired(8, 6)));
    EXPECT_FALSE(std::isnan(found.unpaired(8, 7)));
    for (std::size_t end = 0; end < 10; ++end) {
        EXPECT_TRUE(std::isnan(found.unpaired(19, end)));  // longer than the transcript
    }
    EXPECT_NEAR(local_unpaired("A", {.lengths = {1}}).unpaired(1, 0), 1, 1e-12);
}

TEST(Accessibility, UnknownBasesPairWithNothing) {
    std::mt19937 random(13);
    std::string rna = random_strand(random, 200);
    rna.replace(100, 30, std::string(30, 'N'));
    const auto found = local_unpaired(rna, {.lengths = {1, 19}});
    for (std::size_t i = 100; i < 130; ++i) {
        EXPECT_NEAR(found.unpaired(1, i), 1, 1e-12);
    }
    EXPECT_NEAR(found.unpaired(19, 120), 1, 1e-12);
    EXPECT_LT(found.unpaired(1, 90), 1);
}

TEST(Accessibility, OpeningCostsEnergy) {
    const auto found = local_unpaired("GGGGAAAACCCCAAAAAAAAAAAA", {.lengths = {4}});
    EXPECT_GT(found.opening_kcal_mol(4, 3), 3);
    EXPECT_LT(found.opening_kcal_mol(4, 22), 0.1);
}

std::string message_of(ErrorKind kind,
                       const std::string& rna,
                       const AccessibilityOptions& options) {
    try {
        (void)local_unpaired(rna, options);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind);
        return error.what();
    }
    return "no error";
}

TEST(Accessibility, SaysWhatIsWrong) {
    EXPECT_EQ(message_of(ErrorKind::kInput, "", {}), "the accessibility of an empty sequence");
    EXPECT_EQ(message_of(ErrorKind::kInput, "ACG U", {}),
              "position 4 of the sequence is ' ', which is no nucleotide");
    EXPECT_EQ(message_of(ErrorKind::kUsage, "ACGU", {.window = 0}),
              "a folding window of 0 bases: 1 to 10000 can be had");
    EXPECT_EQ(message_of(ErrorKind::kUsage, "ACGU", {.window = 30, .span = 31}),
              "a longest pair span of 31 does not fit a window of 30");
    EXPECT_EQ(message_of(ErrorKind::kUsage, "ACGU", {.lengths = {81}}),
              "a stretch of 81 bases does not fit a window of 80");
    EXPECT_EQ(message_of(ErrorKind::kUsage, "ACGU", {.lengths = {0}}),
              "a stretch of 0 bases does not fit a window of 80");
    EXPECT_EQ(message_of(ErrorKind::kUsage, "ACGU", {.threads = 0}),
              "accessibility needs at least one thread");
}

}  // namespace
}  // namespace varhush::sirna
