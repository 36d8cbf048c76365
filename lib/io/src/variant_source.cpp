#include "variant_source.hpp"

#include <cstdint>
#include <utility>

namespace varhush::io {

namespace {

class TextSource final : public VariantSource {
  public:
    TextSource(LineSource lines, bcf_hdr_t* header) : lines_(std::move(lines)), header_(header) {}

    bool next(bcf1_t* record) override {
        std::span<char> line;
        do {
            if (!lines_.next(line)) {
                return false;
            }
        } while (line.empty());
        if (lines_.unterminated()) {
            throw Error(ErrorKind::kInput,
                        lines_.where() + ": the last line has no line end, so the file may be cut",
                        "if it is complete, end it with a line feed: echo >> " + lines_.name());
        }
        parse_vcf_line(line, header_, record, *this);
        return true;
    }

    [[nodiscard]] std::string where() const override { return lines_.where(); }

  private:
    LineSource lines_;
    bcf_hdr_t* header_;
};

class BcfSource final : public VariantSource {
  public:
    BcfSource(htsFile* file, bcf_hdr_t* header, std::string name)
        : file_(file), header_(header), name_(std::move(name)) {}

    bool next(bcf1_t* record) override {
        const int result = bcf_read(file_, header_, record);
        if (result == -1) {
            return false;
        }
        ++count_;
        if (result != 0) {
            damaged_bcf(*this);
        }
        check_bcf_record(record, header_, *this);
        return true;
    }

    [[nodiscard]] std::string where() const override {
        return name_ + ", record " + std::to_string(count_);
    }

  private:
    htsFile* file_;
    bcf_hdr_t* header_;
    std::string name_;
    std::int64_t count_ = 0;
};

}  // namespace

void damaged_bcf(const VariantSource& at) {
    throw Error(ErrorKind::kInput,
                at.where() + ": damaged or cut, or a contig or tag id without header definition");
}

void check_bcf_record(bcf1_t* record, const bcf_hdr_t* header, const VariantSource& at) {
    if (static_cast<int>(record->n_sample) != bcf_hdr_nsamples(header)) {
        throw Error(ErrorKind::kInput,
                    at.where() + ": " + std::to_string(record->n_sample) +
                        " samples, but the header names " +
                        std::to_string(bcf_hdr_nsamples(header)));
    }
    // HTSlib takes the signed 32 bits of POS for unsigned ones, -1 excepted.
    if (record->pos < -1 || record->pos > INT32_MAX || record->rlen < 0) {
        throw Error(ErrorKind::kInput, at.where() + ": negative position or length");
    }
    if (record->n_allele == 0 || bcf_unpack(record, BCF_UN_STR) != 0 ||
        record->d.allele[0][0] == '\0') {
        throw Error(ErrorKind::kInput, at.where() + ": a record without REF");
    }
}

std::unique_ptr<VariantSource> make_text_source(LineSource lines, bcf_hdr_t* header) {
    return std::make_unique<TextSource>(std::move(lines), header);
}

std::unique_ptr<VariantSource> make_bcf_source(htsFile* file, bcf_hdr_t* header, std::string name) {
    return std::make_unique<BcfSource>(file, header, std::move(name));
}

}  // namespace varhush::io
