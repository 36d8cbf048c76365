#include "apps/ism/outputs.hpp"

#include "varhush/report/logo.hpp"
#include "varhush/seq/status.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace varhush::apps {

namespace {

constexpr int kDigits = 9;  // as in the long table of score

void append_number(std::string& text, double value) {
    text += '\t';
    if (std::isnan(value)) {
        text += '.';
        return;
    }
    std::array<char, 40> digits{};
    const auto done = std::to_chars(digits.data(),
                                    digits.data() + digits.size(),
                                    value == 0 ? 0.0 : value,  // no -0
                                    std::chars_format::general,
                                    kDigits);
    text.append(digits.data(), done.ptr);
}

void append_place(std::string& text, const std::string& contig, std::int64_t start) {
    text.append(contig).append("\t").append(std::to_string(start + 1)).append("\t");
}

void write_table(io::OutputFile& out, const std::vector<Attribution>& results) {
    out.write("chrom\tpos\tref\talt\tscore\tstatus\n");
    for (const auto& result : results) {
        std::string text;
        for (std::size_t i = 0; i < result.variants.size(); ++i) {
            const auto& variant = result.variants[i];
            append_place(text, variant.contig, variant.start);
            text.append(variant.ref).append("\t").append(variant.alt);
            append_number(text, result.scores[i]);
            text.append("\t").append(seq::status_text(result.statuses[i])).append("\n");
        }
        out.write(text);
    }
    out.close();
}

void write_matrix(io::OutputFile& out, const std::vector<Attribution>& results) {
    out.write("chrom\tpos\tref\tA\tC\tG\tT\n");
    for (const auto& result : results) {
        std::string text;
        for (std::size_t at = 0; at < result.bases.size(); ++at) {
            append_place(
                text, result.region.contig, result.region.start + static_cast<std::int64_t>(at));
            text += result.bases[at];
            for (std::size_t letter = 0; letter < 4; ++letter) {
                append_number(text, result.matrix[at * 4 + letter]);
            }
            text += '\n';
        }
        out.write(text);
    }
    out.close();
}

void write_signal(io::SignalWriter& out, const std::vector<Attribution>& results) {
    for (const auto& result : results) {
        for (std::size_t at = 0; at < result.bases.size(); ++at) {
            const double value = result.contribution(at);
            const std::int64_t start = result.region.start + static_cast<std::int64_t>(at);
            if (!std::isnan(value)) {
                out.add(result.region.contig,
                        start,
                        start + 1,
                        static_cast<float>(value == 0 ? 0.0 : value));
            }
        }
    }
    out.close();
}

report::LogoText logo_text(const std::vector<Attribution>& results) {
    report::LogoText text;
    text.y_label = "contribution";
    const Attribution* strongest = nullptr;
    std::size_t strongest_at = 0;
    std::size_t bases = 0;
    for (const auto& result : results) {
        bases += result.bases.size();
        for (std::size_t at = 0; at < result.bases.size(); ++at) {
            const double value = std::abs(result.contribution(at));
            if (!std::isnan(value) &&
                (strongest == nullptr || value > std::abs(strongest->contribution(strongest_at)))) {
                strongest = &result;
                strongest_at = at;
            }
        }
    }
    text.description = "Sequence logo of the contributions of " + std::to_string(bases) +
                       " bases in " + std::to_string(results.size()) +
                       (results.size() == 1 ? " interval." : " intervals.") +
                       " The height of a letter is the contribution of that base; letters below "
                       "the axis contribute negatively.";
    if (strongest != nullptr) {
        std::string value;
        append_number(value, strongest->contribution(strongest_at));
        const auto start = strongest->region.start + static_cast<std::int64_t>(strongest_at);
        text.description += " Largest: " + std::string(1, strongest->bases[strongest_at]) + " at " +
                            strongest->region.contig + ":" + std::to_string(start + 1) + ", " +
                            value.substr(1) + ".";
    }
    return text;
}

void write_logo(io::OutputFile& out,
                const std::vector<Attribution>& results,
                const std::string& title,
                const std::string& scorer) {
    auto text = logo_text(results);
    text.title = title;
    text.subtitle = scorer;
    std::vector<report::LogoStretch> stretches;
    for (const auto& result : results) {
        report::LogoStretch stretch{result.region.contig, result.region.start, result.bases, {}};
        for (std::size_t at = 0; at < result.bases.size(); ++at) {
            stretch.values.push_back(result.contribution(at));
        }
        stretches.push_back(std::move(stretch));
    }
    out.write(report::logo_svg(stretches, text));
    out.close();
}

}  // namespace

IsmOutputs::IsmOutputs(const IsmOptions& options,
                       const std::vector<seq::ReferenceSource::Contig>& contigs)
    : table_(options.output, io::packing_for(options.output)) {
    if (!options.matrix.empty()) {
        matrix_ = std::make_unique<io::OutputFile>(options.matrix, io::packing_for(options.matrix));
    }
    if (!options.svg.empty()) {
        logo_ = std::make_unique<io::OutputFile>(options.svg);
    }
    if (!options.bedgraph.empty()) {
        signals_.push_back(std::make_unique<io::BedGraphWriter>(options.bedgraph));
    }
    if (!options.bigwig.empty()) {
        signals_.push_back(std::make_unique<io::BigWigWriter>(options.bigwig, contigs));
    }
}

void IsmOutputs::write(const std::vector<Attribution>& results,
                       const std::string& title,
                       const std::string& scorer) {
    if (matrix_) {
        write_matrix(*matrix_, results);
    }
    for (const auto& signal : signals_) {
        write_signal(*signal, results);
    }
    if (logo_) {
        write_logo(*logo_, results, title, scorer);
    }
    write_table(table_, results);
}

}  // namespace varhush::apps
