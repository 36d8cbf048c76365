#include "varhush/models/reporter_mix.hpp"

#include "member_tensors.hpp"
#include "network_metadata.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/word_counts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace varhush::models {

namespace {

constexpr std::size_t kMostMotifs = 100'000;
// Queries a thread takes at once: enough for the alleles of a position to meet.
constexpr std::int64_t kChunkQueries = 24;

ReporterMixConfig read_config(const nn::SafeTensors& file) {
    const NetworkMetadata values(file.metadata(), file.name(), "reporter-mix");
    values.expect("input_order", "ACGT");
    ReporterMixConfig config;
    config.motifs = values.texts("motif_names");
    config.occupancy_slope = values.real("occupancy_slope");
    config.occupancy_threshold = values.real("occupancy_threshold");
    config.gain_factor = values.real("gain_factor");
    config.validate(file.name());
    return config;
}

std::vector<std::uint8_t> turned(std::span<const std::uint8_t> codes) {
    std::vector<std::uint8_t> result(codes.rbegin(), codes.rend());
    for (auto& code : result) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
    }
    return result;
}

}  // namespace

void ReporterMixConfig::validate(const std::string& file) const {
    const auto refuse = [&](const std::string& what) {
        throw Error(
            ErrorKind::kModel, file + ": " + what, "see docs/models.md for what can be run");
    };
    if (motifs.empty() || motifs.size() > kMostMotifs) {
        refuse("a reporter mix has 1 to " + std::to_string(kMostMotifs) + " motifs, found " +
               std::to_string(motifs.size()));
    }
    if (!(occupancy_slope > 0)) {
        refuse("occupancy_slope must be positive");
    }
    if (!(gain_factor >= 0)) {
        refuse("gain_factor must not be negative");
    }
}

std::span<const std::uint8_t> around_change(std::span<const std::uint8_t> codes,
                                            std::int64_t word_bp) {
    const auto cut = static_cast<std::size_t>(MixQuery::kFlank - (word_bp - 1));
    return codes.subspan(cut, codes.size() - 2 * cut);
}

std::vector<double> network_sums(const ReporterNetwork& network,
                                 std::span<const std::uint8_t> codes) {
    std::vector<double> sums(static_cast<std::size_t>(network.config().channels));
    ReporterScratch scratch;
    const auto other = turned(codes);
    const std::int64_t count =
        static_cast<std::int64_t>(codes.size()) - network.config().word_bp() + 1;
    for (const std::span<const std::uint8_t> strand :
         {codes, std::span<const std::uint8_t>(other)}) {
        const auto rows = network.columns(strand, 1, scratch);
        for (std::int64_t r = 0; r < count; ++r) {
            for (std::size_t c = 0; c < sums.size(); ++c) {
                sums[c] += static_cast<double>(rows.row(r)[c]) / 2;
            }
        }
    }
    return sums;
}

// What the parts see of one allele.
struct ReporterMix::Allele {
    std::span<const std::uint8_t> codes;
    std::vector<double> occupancy;
    double words = 0;
    double network = 0;
};

ReporterMix::ReporterMix(const nn::SafeTensors& file) : config_(read_config(file)) {
    std::vector<std::string> used;
    const MemberTensors tensors(file, "", used);
    const auto motifs = static_cast<std::int64_t>(config_.motifs.size());
    bank_ = std::make_unique<const MotifBank>(
        tensors.get("motif.log_odds", {motifs, 4, MotifBank::kMotifColumns}),
        config_.occupancy_slope,
        config_.occupancy_threshold);
    activator_weights_ = tensors.get("motif.activator", {motifs});
    motif_weights_ = tensors.get("motif.weight", {motifs});
    gapped_weights_ = tensors.get("words.gapped.weight", {static_cast<std::int64_t>(kGappedWords)});
    four_mer_weights_ = tensors.get("words.four.weight", {static_cast<std::int64_t>(kFourMers)});
    const MemberTensors member(file, "model.0.", used);
    network_ = std::make_unique<const ReporterNetwork>(file, member);
    if (network_->config().words() != 1 || network_->tasks() != 1 ||
        network_->config().word_bp() > MixQuery::kFlank + 1) {
        throw Error(ErrorKind::kModel,
                    file.name() + ": the network of a reporter mix has one output of one word of " +
                        "at most " + std::to_string(MixQuery::kFlank + 1) + " bases",
                    "see docs/models/reporter-mix.md");
    }
    file.check_no_leftovers(used);
    identity_ = identity_of(file);
}

double ReporterMix::word_sum(std::span<const std::uint8_t> codes) const {
    double sum = 0;
    visit_gapped_words(around_change(codes, kLongestWord),
                       [&](std::size_t word) { sum += gapped_weights_[word]; });
    visit_four_mers(around_change(codes, 4),
                    [&](std::size_t word) { sum += four_mer_weights_[word]; });
    return sum;
}

void ReporterMix::describe(std::span<const std::uint8_t> codes, Allele& allele) const {
    allele.codes = codes;
    allele.occupancy.resize(bank_->size());
    bank_->occupancy(codes, allele.occupancy);
    allele.words = word_sum(codes);
    const auto seen = around_change(codes, network_->config().word_bp());
    const std::int64_t words =
        static_cast<std::int64_t>(seen.size()) - network_->config().word_bp() + 1;
    allele.network =
        words == 0 ? 0 : static_cast<double>(words) * network_->activity(seen, {0, words}).front();
}

MixScore ReporterMix::compare(const Allele& reference, const Allele& alternative) const {
    MixScore score;
    double largest = 0;
    for (std::size_t motif = 0; motif < bank_->size(); ++motif) {
        const double change = alternative.occupancy[motif] - reference.occupancy[motif];
        const double prior = static_cast<double>(activator_weights_[motif]) * change;
        const double fitted = static_cast<double>(motif_weights_[motif]) * change;
        score.activators += prior;
        score.motifs += fitted;
        if (std::fabs(prior + fitted) > largest) {
            largest = std::fabs(prior + fitted);
            score.top_motif = motif;
            score.top_motif_change = change;
        }
    }
    score.words = alternative.words - reference.words;
    score.network = alternative.network - reference.network;
    if (score.total() > 0) {
        for (double* part : {&score.activators, &score.motifs, &score.words, &score.network}) {
            *part *= config_.gain_factor;
        }
    }
    return score;
}

std::vector<MixScore> ReporterMix::scores(std::span<const MixQuery> queries,
                                          const nn::Team& team) const {
    std::vector<MixScore> results(queries.size());
    const auto count = static_cast<std::int64_t>(queries.size());
    team.run((count + kChunkQueries - 1) / kChunkQueries, [&](std::int64_t chunk, int) {
        Allele reference;
        Allele alternative;
        const std::int64_t end = std::min(count, (chunk + 1) * kChunkQueries);
        for (std::int64_t at = chunk * kChunkQueries; at < end; ++at) {
            const MixQuery& query = queries[static_cast<std::size_t>(at)];
            constexpr auto kLeast = static_cast<std::size_t>(2 * MixQuery::kFlank);
            VARHUSH_CHECK(query.reference.size() >= kLeast && query.alternative.size() >= kLeast);
            if (!std::ranges::equal(reference.codes, query.reference)) {
                describe(query.reference, reference);
            }
            describe(query.alternative, alternative);
            results[static_cast<std::size_t>(at)] = compare(reference, alternative);
        }
    });
    return results;
}

}  // namespace varhush::models
