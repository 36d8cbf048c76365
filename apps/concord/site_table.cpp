#include "apps/concord/site_table.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace varhush::apps {

namespace {

void append(std::string& out, std::string_view text) {
    out += '\t';
    out += text.empty() ? std::string_view(".") : text;
}

void append(std::string& out, std::int64_t value) {
    append(out, std::string_view(std::to_string(value)));
}

void append_number(std::string& out, double value) {
    constexpr int kDigits = 6;
    std::array<char, 32> digits;
    const auto done = std::to_chars(digits.data(),
                                    digits.data() + digits.size(),
                                    value + 0.0,  // no "-0"
                                    std::chars_format::general,
                                    kDigits);
    append(out,
           std::string_view(digits.data(), static_cast<std::size_t>(done.ptr - digits.data())));
}

void append_test(const concord::Analysis& analysis, std::size_t row, std::string& out) {
    const concord::CountRow& counts = analysis.counts.rows[row];
    if (counts.status != concord::SiteStatus::kOk) {
        for (int i = 0; i < 7; ++i) {
            append(out, ".");
        }
        return;
    }
    const concord::Imbalance& test = analysis.tests.rows[row];
    const bool pooled = analysis.tests.groups.size() == 1;
    append_number(out, analysis.tests.groups[pooled ? 0 : counts.sample].null.mean);
    append_number(out, test.effect_log2);
    append_number(out, test.effect.low);
    append_number(out, test.effect.high);
    append_number(out, test.p);
    append_number(out, test.q);
    append(out, test.significant ? "yes" : "no");
}

void append_score(const concord::Analysis& analysis,
                  std::size_t row,
                  std::size_t label,
                  std::string& out) {
    const concord::CountRow& counts = analysis.counts.rows[row];
    const concord::Prediction& prediction = analysis.scores.predictions[label][counts.variant];
    append(out, analysis.scores.labels[label]);
    const bool scored = prediction.reason == concord::ScoreBook::kOk;
    if (scored) {
        append_number(out, prediction.value);
    } else {
        append(out, ".");
    }
    append(out, analysis.scores.reasons[prediction.reason]);
    if (!scored || counts.status != concord::SiteStatus::kOk) {
        append(out, ".");
        return;
    }
    const int sign =
        concord::sign_agreement(prediction.value, analysis.tests.rows[row].effect_log2);
    append(out, sign == 0 ? "tie" : sign > 0 ? "yes" : "no");
}

}  // namespace

std::string site_columns() {
    return "contig\tposition\tid\tref\talt\tsample\tassay\tstatus\tref_count\talt_count\t"
           "expected_share\teffect_log2\teffect_low\teffect_high\tp\tq\tsignificant\t"
           "score_name\tscore\tscore_status\tagrees\n";
}

void append_site(const concord::Analysis& analysis, std::size_t row, std::string& out) {
    const concord::CountRow& counts = analysis.counts.rows[row];
    const concord::CountedVariant& variant = analysis.counts.variants[counts.variant];
    std::string front = analysis.counts.contigs.names()[variant.contig];
    append(front, variant.position + 1);
    append(front, variant.id);
    append(front, variant.ref);
    append(front, variant.alt);
    append(front, analysis.counts.samples[counts.sample]);
    append(front, analysis.assays.empty() ? "." : analysis.assays[counts.sample].assay);
    append(front, concord::status_text(counts.status));
    const bool counted = counts.status != concord::SiteStatus::kNotCounted;
    if (counted) {
        append(front, counts.ref_count);
        append(front, counts.alt_count);
    } else {
        append(front, ".");
        append(front, ".");
    }
    append_test(analysis, row, front);
    for (std::size_t label = 0; label < analysis.scores.labels.size(); ++label) {
        if (concord::applies(analysis, label, counts.sample)) {
            out += front;
            append_score(analysis, row, label, out);
            out += '\n';
        }
    }
}

}  // namespace varhush::apps
