#include "apps/score/mismatch_watch.hpp"

#include "varhush/core/log.hpp"
#include "varhush/report/run_summary.hpp"

namespace varhush::apps {

namespace {

// Unrelated bases agree by chance in a quarter of cases, so a wrong build shows far more than this.
constexpr std::int64_t kSample = 1000;
constexpr double kAlarmingShare = 0.1;

bool is_alarming(std::int64_t count, std::int64_t of) {
    return static_cast<double>(count) > kAlarmingShare * static_cast<double>(of);
}

}  // namespace

void MismatchWatch::see(seq::AlleleStatus status) {
    if (judged_) {
        return;
    }
    switch (status) {
        case seq::AlleleStatus::kStar:
        case seq::AlleleStatus::kSymbolic:
        case seq::AlleleStatus::kNonAcgt:
            return;  // may not have been compared
        case seq::AlleleStatus::kRefMismatch:
            ++mismatched_;
            break;
        case seq::AlleleStatus::kContigMissing:
            ++contig_missing_;
            break;
        default:
            break;
    }
    if (++compared_ == kSample) {
        judge();
    }
}

void MismatchWatch::finish() {
    if (!judged_ && compared_ > 0) {
        judge();
    }
}

void MismatchWatch::judge() {
    judged_ = true;
    const std::string of = " of the first " + report::with_thousands(compared_) + " alleles ";
    if (is_alarming(mismatched_, compared_)) {
        warning_ = report::with_thousands(mismatched_) + of +
                   "disagree with the FASTA: is the file on another genome build? see 'varhush "
                   "check'";
    } else if (is_alarming(contig_missing_, compared_)) {
        warning_ = report::with_thousands(contig_missing_) + of +
                   "lie on contigs that the FASTA does not have: is it the right reference? see "
                   "'varhush check'";
    }
    if (!warning_.empty()) {
        core::log(core::LogLevel::kWarning, warning_);
    }
}

}  // namespace varhush::apps
