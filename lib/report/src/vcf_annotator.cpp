#include "varhush/report/vcf_annotator.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/version.hpp"
#include "varhush/report/info_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace varhush::report {

namespace {

struct ModalityText {
    std::string_view tag;
    std::string_view what;
};

// In the order of seq::Modality.
constexpr std::array<ModalityText, seq::kModalityCount> kModalities{{
    {"VH_SPL", "splicing"},
    {"VH_EXP", "gene expression"},
    {"VH_ACC", "chromatin accessibility"},
    {"VH_TF", "transcription factor binding"},
    {"VH_HIST", "histone marks"},
    {"VH_TSS", "transcription start sites"},
    {"VH_PAS", "polyadenylation sites"},
    {"VH_3D", "chromatin contacts"},
    {"VH_MPRA", "reporter assay activity"},
}};

// Every tag any version of `score` writes: what an earlier run may have left in the input.
constexpr std::array<std::string_view, 9> kOtherTags{
    "VH_STATUS", "VH_MAX", "VH_PHRED", "VH_TOP", "VH_MISS", "VH_SD", "VH_OOD", "VH_SIGN", "VH"};

constexpr std::array<std::string_view, 3> kProvenanceKeys{
    "varhush_scoreVersion", "varhush_scoreCommand", "varhush_model"};

constexpr double kPhredCap = 99;

std::vector<std::string> own_tags() {
    std::vector<std::string> tags(kOtherTags.begin(), kOtherTags.end());
    for (const auto& modality : kModalities) {
        tags.emplace_back(modality.tag);
    }
    return tags;
}

std::string info_line(const std::string& tag,
                      const std::string& number,
                      const std::string& type,
                      const std::string& description) {
    return "##INFO=<ID=" + tag + ",Number=" + number + ",Type=" + type +
           ",Description=" + quoted_header_text(description) + ">";
}

std::string status_line() {
    std::string reasons;
    for (std::size_t i = 0; i < seq::kAlleleStatusCount; ++i) {
        const auto status = static_cast<seq::AlleleStatus>(i);
        if (status != seq::AlleleStatus::kOk) {
            reasons += " ";
            reasons += seq::status_text(status);
        }
    }
    return info_line("VH_STATUS",
                     "A",
                     "String",
                     "OK, or the reason why varhush has no score for the allele:" + reasons);
}

std::string modality_line(const ModalityText& modality) {
    return info_line(
        std::string(modality.tag),
        "A",
        "Float",
        "Predicted effect on " + std::string(modality.what) + ", signed, the largest in magnitude");
}

// VCF 4.3, section 1.6.1: INFO keys match this; "1000G" is the one exception and not ours.
bool is_info_key(std::string_view key) {
    const auto is_letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !key.empty() && is_letter(key.front()) &&
           std::all_of(key.begin(), key.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '.';
           });
}

void check_is_number(const std::optional<float>& value) {
    VARHUSH_CHECK(!value || std::isfinite(*value));
}

}  // namespace

void check_compat_tag(const std::string& tag) {
    if (tag.empty()) {
        return;
    }
    if (!is_info_key(tag)) {
        throw Error(ErrorKind::kUsage,
                    "--compat-tag " + tag + " is not a name for a VCF INFO tag",
                    "use letters, digits, '_' and '.', e.g. SpliceAI");
    }
    if (tag == "VH" || tag.starts_with("VH_")) {
        throw Error(ErrorKind::kUsage,
                    "--compat-tag " + tag + " is a tag of varhush itself",
                    "choose the name your downstream tool reads, e.g. SpliceAI");
    }
}

std::string_view modality_tag(seq::Modality modality) noexcept {
    return kModalities[static_cast<std::size_t>(modality)].tag;
}

double rank_to_phred(double rank) {
    if (rank >= 1) {
        return kPhredCap;
    }
    // max() also turns the -0 of rank 0 into 0.
    return std::max(0.0, std::min(kPhredCap, -10 * std::log10(1 - rank)));
}

VcfAnnotator::VcfAnnotator(VcfAnnotatorOptions options) : options_(std::move(options)) {
    check_compat_tag(options_.compat_tag);
    written_.insert("VH_STATUS");
    for (const auto modality : options_.modalities) {
        written_.emplace(modality_tag(modality));
    }
    if (options_.calibrated) {
        written_.insert({"VH_MAX", "VH_PHRED"});
    }
    if (options_.spread) {
        written_.insert("VH_SD");
    }
    if (options_.unlike) {
        written_.insert("VH_OOD");
    }
    if (!options_.sign_of.empty()) {
        written_.insert("VH_SIGN");
    }
    if (options_.top) {
        written_.insert("VH_TOP");
    }
    if (options_.missed) {
        written_.insert("VH_MISS");
    }
    if (!options_.packed_format.empty()) {
        written_.insert("VH");
    }
    if (!options_.compat_tag.empty()) {
        written_.insert(options_.compat_tag);
    }
}

io::VariantHeader VcfAnnotator::header(const io::VariantHeader& input) {
    auto candidates = own_tags();
    candidates.insert(candidates.end(), written_.begin(), written_.end());
    for (const auto& tag : candidates) {
        if (input.has_info(tag)) {
            inherited_.insert(tag);
        }
    }
    io::VariantHeader output(input);
    for (const auto key : kProvenanceKeys) {
        output.remove_lines(key);
    }
    output.add_line(status_line());
    for (const auto modality : options_.modalities) {
        output.add_line(modality_line(kModalities[static_cast<std::size_t>(modality)]));
    }
    if (options_.calibrated) {
        output.add_line(info_line(
            "VH_MAX", "A", "Float", "Largest calibrated rank over the requested outputs, 0 to 1"));
        output.add_line(info_line("VH_PHRED", "A", "Float", "-10 log10(1 - VH_MAX), at most 99"));
    }
    if (options_.spread) {
        output.add_line(info_line("VH_SD",
                                  "A",
                                  "Float",
                                  "Standard deviation of the effect over the members of the "
                                  "model, or over shifts of its window"));
    }
    if (options_.unlike) {
        output.add_line(info_line("VH_OOD",
                                  "A",
                                  "Float",
                                  "How unlike the sequence that the model knows, 0 to 1: share of "
                                  "familiar windows that are less unusual"));
    }
    if (!options_.sign_of.empty()) {
        output.add_line(info_line("VH_SIGN",
                                  "A",
                                  "Float",
                                  "Probability that the sign of " + options_.sign_of +
                                      " is right where there is an effect, 0.5 to 1, by measured "
                                      "effects"));
    }
    if (options_.top) {
        output.add_line(info_line(
            "VH_TOP", "A", "String", "Output, gene and track with the largest effect, in words"));
    }
    if (options_.missed) {
        output.add_line(info_line("VH_MISS",
                                  "A",
                                  "String",
                                  "Models without a score for the allele, and why: MODEL:REASON"));
    }
    if (!options_.packed_format.empty()) {
        output.add_line(info_line(
            "VH", ".", "String", "varhush scores in detail. Format: " + options_.packed_format));
    }
    if (!options_.compat_tag.empty()) {
        output.add_line(info_line(options_.compat_tag, ".", "String", options_.compat_description));
    }
    if (!options_.no_version) {
        output.add_line("##varhush_scoreVersion=" + std::string(core::version()));
        output.add_line("##varhush_scoreCommand=" + options_.command_line);
    }
    for (const std::string& line : options_.model_lines) {
        output.add_line("##varhush_model=" + line);
    }
    return output;
}

void VcfAnnotator::annotate(const io::VariantHeader& output_header,
                            const seq::RecordAnnotation& annotation,
                            io::VariantRecord& record) const {
    VARHUSH_CHECK(annotation.alleles.size() == record.alt_count());
    for (const auto& tag : inherited_) {
        if (!written_.contains(tag) || annotation.alleles.empty()) {
            remove_if_inherited(output_header, tag, record);
        }
    }
    if (annotation.alleles.empty()) {
        return;
    }
    set_status(output_header, annotation, record);
    set_numbers(output_header, annotation, record);
    set_strings(output_header, annotation, record);
}

void VcfAnnotator::set_status(const io::VariantHeader& header,
                              const seq::RecordAnnotation& annotation,
                              io::VariantRecord& record) const {
    std::vector<std::string> values;
    values.reserve(annotation.alleles.size());
    for (const auto& allele : annotation.alleles) {
        values.emplace_back(seq::status_text(allele.status));
    }
    record.set_info(header, "VH_STATUS", values);
}

void VcfAnnotator::set_numbers(const io::VariantHeader& header,
                               const seq::RecordAnnotation& annotation,
                               io::VariantRecord& record) const {
    std::vector<std::optional<float>> values(annotation.alleles.size());
    const auto set = [&](const std::string& tag, auto value_of) {
        std::transform(
            annotation.alleles.begin(), annotation.alleles.end(), values.begin(), value_of);
        std::for_each(values.begin(), values.end(), check_is_number);
        record.set_info(header, tag, values);
    };
    for (const auto modality : options_.modalities) {
        set(std::string(modality_tag(modality)),
            [&](const seq::AlleleAnnotation& allele) { return allele[modality]; });
    }
    if (options_.calibrated) {
        const auto number = [](auto convert) {
            return [convert](const seq::AlleleAnnotation& allele) -> std::optional<float> {
                if (!allele.max_rank) {
                    return std::nullopt;
                }
                return static_cast<float>(convert(*allele.max_rank));
            };
        };
        set("VH_MAX", number([](double rank) { return rank; }));
        set("VH_PHRED", number(rank_to_phred));
    }
    if (options_.spread) {
        set("VH_SD", [](const seq::AlleleAnnotation& allele) { return allele.spread; });
    }
    if (options_.unlike) {
        set("VH_OOD", [](const seq::AlleleAnnotation& allele) { return allele.unlike; });
    }
    if (!options_.sign_of.empty()) {
        set("VH_SIGN", [](const seq::AlleleAnnotation& allele) { return allele.sign_probability; });
    }
}

void VcfAnnotator::set_strings(const io::VariantHeader& header,
                               const seq::RecordAnnotation& annotation,
                               io::VariantRecord& record) const {
    std::vector<std::string> values;
    const auto set_list = [&](const std::string& tag) {
        if (values.empty()) {
            remove_if_inherited(header, tag, record);
        } else {
            record.set_info(header, tag, values);
        }
        values.clear();
    };
    if (options_.top) {
        for (const auto& allele : annotation.alleles) {
            values.push_back(info_text(allele.top));
        }
        set_list("VH_TOP");
    }
    if (options_.missed) {
        for (const auto& allele : annotation.alleles) {
            values.push_back(info_text(allele.missed));
        }
        set_list("VH_MISS");
    }
    if (!options_.packed_format.empty()) {
        for (const auto& allele : annotation.alleles) {
            std::transform(
                allele.packed.begin(), allele.packed.end(), std::back_inserter(values), info_text);
        }
        set_list("VH");
    }
    if (!options_.compat_tag.empty()) {
        std::transform(annotation.compat.begin(),
                       annotation.compat.end(),
                       std::back_inserter(values),
                       info_text);
        set_list(options_.compat_tag);
    }
}

void VcfAnnotator::remove_if_inherited(const io::VariantHeader& header,
                                       const std::string& tag,
                                       io::VariantRecord& record) const {
    if (inherited_.contains(tag)) {
        record.set_info(header, tag, std::span<const std::string>{});
    }
}

}  // namespace varhush::report
