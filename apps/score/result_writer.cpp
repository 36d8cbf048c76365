#include "apps/score/result_writer.hpp"

#include "varhush/core/version.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/variant_writer.hpp"
#include "varhush/report/allele_table.hpp"

#include <string>

namespace varhush::apps {

namespace {

constexpr std::size_t kTableBufferBytes = 1 << 16;

class VcfResultWriter final : public ResultWriter {
  public:
    VcfResultWriter(const io::VariantWriterOptions& options,
                    const report::VcfAnnotatorOptions& content,
                    const io::VariantHeader& input_header,
                    const io::ThreadPool& pool)
        : annotator_(content),
          header_(annotator_.header(input_header)),
          writer_(options, header_, pool) {}

    void put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) override {
        annotator_.annotate(header_, annotation, record);
        writer_.write(record);
    }

    void close() override { writer_.close(); }

  private:
    report::VcfAnnotator annotator_;
    io::VariantHeader header_;
    io::VariantWriter writer_;
};

class TableResultWriter final : public ResultWriter {
  public:
    TableResultWriter(const std::string& path, const report::VcfAnnotatorOptions& content)
        : table_(content), file_(path) {
        if (!content.no_version) {
            buffer_ += "##varhush_scoreVersion=" + std::string(core::version()) + "\n";
            buffer_ += "##varhush_scoreCommand=" + content.command_line + "\n";
        }
        for (const std::string& line : content.model_lines) {
            buffer_ += "##varhush_model=" + line + "\n";
        }
        buffer_ += table_.header();
    }

    void put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) override {
        table_.append(record, annotation, buffer_);
        if (buffer_.size() >= kTableBufferBytes) {
            flush();
        }
    }

    void close() override {
        flush();
        file_.close();
    }

  private:
    void flush() {
        file_.write(buffer_);
        buffer_.clear();
    }

    report::AlleleTable table_;
    io::OutputFile file_;
    std::string buffer_;
};

}  // namespace

std::unique_ptr<ResultWriter> make_result_writer(const ScoreOptions& options,
                                                 const report::VcfAnnotatorOptions& content,
                                                 const io::VariantHeader& input_header,
                                                 const io::ThreadPool& pool) {
    if (options.wants_table()) {
        return std::make_unique<TableResultWriter>(options.output.path, content);
    }
    const auto output = io::choose_output(
        options.output.path, options.output.output_type, options.output.write_index);
    return std::make_unique<VcfResultWriter>(output, content, input_header, pool);
}

}  // namespace varhush::apps
