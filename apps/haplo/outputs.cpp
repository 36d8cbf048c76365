#include "apps/haplo/outputs.hpp"

#include "varhush/core/version.hpp"
#include "varhush/report/model_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace varhush::apps {

namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr const char* kColumns =
    "sample\tcontig\tstart\tend\trecords\tmissing\tphase\thaplotype\tchanges\tmodel\tscore\t"
    "status\tjoint\tsum\tat\tepistasis\tepistasis_joint\tepistasis_sum\tepistasis_at\tother\t"
    "other_at\n";
constexpr const char* kFormatLine =
    "##FORMAT=<ID=VH_HAP,Number=.,Type=String,Description=\"Joint effects of the sample's "
    "haplotypes in the block of this record. Format: "
    "Block|Haplotype|Model|Score|Status|Joint|Sum|Epistasis|Other\">";

void append(std::string& out, std::string_view text) {
    out += '\t';
    out += text.empty() ? "." : text;
}

std::string number(const std::optional<double>& value) {
    if (!value) {
        return ".";
    }
    std::array<char, 32> text{};
    // As INFO tags are stored and printed; + 0.0: never -0.
    std::snprintf(
        text.data(), text.size(), "%g", static_cast<double>(static_cast<float>(*value)) + 0.0);
    return text.data();
}

std::optional<double> when(bool there, double value) {
    return there ? std::optional(value) : std::nullopt;
}

void append_values(const HaploLine& line, std::string& out) {
    const scoring::HaplotypeValues& values = line.values;
    const bool scored = line.status == "OK";
    const bool compared = scored && values.epistasis.has_value();
    append(out, number(when(scored, values.joint)));
    append(out, number(values.sum));
    append(out, values.at);
    append(out, number(values.epistasis));
    append(out, number(when(compared, values.epistasis_joint)));
    append(out, number(when(compared, values.epistasis_sum)));
    append(out, values.epistasis_at);
    append(out, number(values.other));
    append(out, values.other_at);
}

std::string packed(const ScoredBlock& scored) {
    std::string text;
    const std::string place =
        std::to_string(scored.block->start + 1) + "-" + std::to_string(scored.block->end);
    for (const HaploLine& line : scored.lines) {
        const scoring::HaplotypeValues& values = line.values;
        text += (text.empty() ? "" : ",") + place;
        for (const std::string& field : {line.haplotype,
                                         line.model,
                                         line.score,
                                         line.status,
                                         number(when(line.status == "OK", values.joint)),
                                         number(values.sum),
                                         number(values.epistasis),
                                         number(values.other)}) {
            text += '|';
            text += field;
        }
    }
    return text;
}

}  // namespace

HaploOutputs::HaploOutputs(const HaploOptions& options,
                           const std::vector<HaploModel>& models,
                           const io::VariantHeader& input,
                           const io::ThreadPool& pool)
    : header_(input) {
    const OutputOptions& output = options.score.output;
    std::vector<std::string> lines;
    if (!output.no_version) {
        lines.push_back("##varhush_haploVersion=" + std::string(core::version()));
        lines.push_back("##varhush_haploCommand=" + options.score.command_line);
    }
    for (const HaploModel& model : models) {
        lines.push_back("##varhush_model=" + report::model_line(model.provenance));
    }
    const std::string table = options.wants_vcf() ? options.table : output.path;
    if (!table.empty()) {
        table_ = std::make_unique<io::OutputFile>(table, io::packing_for(table));
        for (const std::string& line : lines) {
            buffer_ += line + '\n';
        }
        buffer_ += kColumns;
    }
    if (options.wants_vcf()) {
        // Of an earlier run.
        for (const char* key : {"varhush_haploVersion", "varhush_haploCommand", "varhush_model"}) {
            header_.remove_lines(key);
        }
        header_.add_line(kFormatLine);
        for (const std::string& line : lines) {
            header_.add_line(line);
        }
        writer_ = std::make_unique<io::VariantWriter>(
            io::choose_output(output.path, output.output_type, output.write_index), header_, pool);
    }
}

void HaploOutputs::add(const std::string& sample, const ScoredBlock& scored, std::int64_t missing) {
    if (table_ == nullptr) {
        return;
    }
    const Block& block = *scored.block;
    std::string start = sample;
    append(start, block.contig);
    append(start, std::to_string(block.start + 1));
    append(start, std::to_string(block.end));
    append(start, std::to_string(block.sites.size()));
    append(start, std::to_string(missing));
    append(start, block.phase);
    for (const HaploLine& line : scored.lines) {
        buffer_ += start;
        for (const std::string* field :
             {&line.haplotype, &line.changes, &line.model, &line.score, &line.status}) {
            append(buffer_, *field);
        }
        append_values(line, buffer_);
        buffer_ += '\n';
    }
    if (buffer_.size() >= kBufferBytes) {
        table_->write(buffer_);
        buffer_.clear();
    }
}

void HaploOutputs::add(io::VariantRecord& record,
                       std::span<const std::shared_ptr<const ScoredBlock>> of_sample) {
    texts_.assign(of_sample.size(), "");
    for (std::size_t i = 0; i < of_sample.size(); ++i) {
        if (of_sample[i] != nullptr) {
            texts_[i] = packed(*of_sample[i]);
        }
    }
    const bool any = std::any_of(
        texts_.begin(), texts_.end(), [](const std::string& text) { return !text.empty(); });
    // Of no sample: the record stays as it came, without what an earlier run left.
    record.set_format(header_, "VH_HAP", any ? std::span(texts_) : std::span<std::string>());
    writer_->write(record);
}

void HaploOutputs::close() {
    if (table_ != nullptr) {
        table_->write(buffer_);
        table_->finish();
    }
    if (writer_ != nullptr) {
        writer_->close();
    }
    if (table_ != nullptr) {
        table_->close();
    }
}

}  // namespace varhush::apps
