#include "apps/calibrate/background.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/fasta_reader.hpp"

#include <filesystem>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kMostWindows = 20'000;  // of a FASTA: enough for a rank of 0.99995

std::string file_name_of(const std::string& path) {
    return path == "-" ? "standard input" : std::filesystem::path(path).filename().string();
}

}  // namespace

void Background::begin(const report::ModelProvenance& model,
                       const std::string& settings,
                       const std::vector<scoring::ScoreSeries>& series,
                       const seq::ReferenceSource& reference) {
    info_.name = options_.name.empty() ? std::filesystem::path(options_.output).stem().string()
                                       : options_.name;
    info_.model_id = model.id;
    info_.model_sha256 = model.sha256;
    info_.settings = settings;
    info_.background =
        options_.background.empty() ? file_name_of(options_.score.input) : options_.background;
    info_.tolerance = options_.tolerance;
    info_.ood_threshold = parse_unit_number("--ood-limit", options_.ood_limit);
    info_.spread_threshold = options_.spread_limit;
    builder_.emplace(series);
    if (options_.profile == "background") {
        watch_.emplace(reference, options_.profile_window_bp);
    }
}

void Background::put(const io::VariantRecord& record, const seq::RecordAnnotation& annotation) {
    scoring::VariantInput input;
    input.contig = record.contig();
    input.position = record.position();
    input.ref = record.ref();
    for (std::size_t a = 0; a < annotation.alleles.size(); ++a) {
        input.alts.emplace_back(record.alt(a));
    }
    const std::string place =
        input.contig + ":" + std::to_string(input.position + 1) + ":" + input.ref + ":";
    for (std::size_t a = 0; a < annotation.alleles.size(); ++a) {
        const auto& allele = annotation.alleles[a];
        if (allele.status != seq::AlleleStatus::kOk) {
            continue;
        }
        const auto kind = scoring::allele_class(input.ref.size(), input.alts[a].size());
        builder_->add_allele(kind, place + input.alts[a]);
        for (const seq::RawScore& raw : allele.raw) {
            builder_->add(raw.series, kind, raw.value);
        }
        if (!options_.random_vcf.empty()) {
            alleles_.push_back({input.contig, input.position, input.ref, input.alts[a]});
        }
        if (!watch_) {
            continue;
        }
        if (const auto seen = watch_->look(input, a); seen && seen->ref) {
            windows_.push_back(*seen->ref);
        }
    }
}

std::optional<scoring::SequenceProfile> Background::profile() const {
    if (options_.profile == "none") {
        return std::nullopt;
    }
    const auto& window_bp = options_.profile_window_bp;
    const auto windows = watch_ ? windows_
                                : scoring::spread_windows(
                                      io::FastaReader(options_.profile), window_bp, kMostWindows);
    if (windows.size() >= scoring::SequenceProfile::kFewestWindows) {
        return scoring::SequenceProfile::of(windows, window_bp, options_.tolerance);
    }
    const std::string few = "only " + std::to_string(windows.size()) + " windows of " +
                            std::to_string(window_bp) + " known bases in " +
                            (watch_ ? "the background" : options_.profile);
    if (!watch_) {
        throw Error(ErrorKind::kInput, "--profile: " + few, "a profile needs 100");
    }
    core::log(core::LogLevel::kWarning, few + ": the table has no profile and gives no VH_OOD");
    return std::nullopt;
}

scoring::CalibrationTable Background::finish() {
    VARHUSH_CHECK(builder_.has_value());
    return builder_->finish(std::move(info_), profile());
}

}  // namespace varhush::apps
