#include "varhush/io/variant_writer.hpp"

#include "part_file.hpp"
#include "sort_check.hpp"
#include "thread_pool_impl.hpp"
#include "varhush/core/log.hpp"
#include "variant_impl.hpp"

#include <htslib/hfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

namespace varhush::io {

namespace {

constexpr hts_pos_t kMaxBcfPosition = INT32_MAX;
constexpr hts_pos_t kMaxTbiPosition = hts_pos_t{1} << 29;
constexpr int kCsiMinShift = 14;      // what bcftools index uses
constexpr int kHolds64Bit = 1 << 30;  // BCF_IS_64BIT of HTSlib's vcf.c: no public name
constexpr std::streamoff kBgzfEofBytes = 28;

std::string open_mode(const VariantWriterOptions& options) {
    std::string mode = "w";
    switch (options.format) {
        case VariantFormat::kVcf:
            return mode;
        case VariantFormat::kBcfUncompressed:
            return "wbu";
        case VariantFormat::kVcfGz:
            mode += 'z';
            break;
        case VariantFormat::kBcf:
            mode += 'b';
            break;
    }
    if (options.compression_level >= 0) {
        mode += static_cast<char>('0' + options.compression_level);
    }
    return mode;
}

bool is_bcf(VariantFormat format) {
    return format == VariantFormat::kBcf || format == VariantFormat::kBcfUncompressed;
}

HtsFilePtr open_output(const std::string& path, const std::string& mode) {
    errno = 0;
    HtsFilePtr file(hts_open(path.c_str(), mode.c_str()));
    if (!file) {
        throw Error(ErrorKind::kOutput, with_errno("cannot create " + path, errno));
    }
    return file;
}

/// Writes the header so that the records start in a block of their own; returns where that is.
std::int64_t write_header(htsFile* file, bcf_hdr_t* header, const std::string& name) {
    errno = 0;
    BGZF* stream = hts_get_bgzfp(file);
    hFILE* raw = stream != nullptr ? stream->fp : file->fp.hfile;
    const bool has_blocks = stream != nullptr && stream->is_compressed != 0;
    if (bcf_hdr_write(file, header) != 0 || (has_blocks && bgzf_flush(stream) != 0)) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write " + name, errno));
    }
    return htell(raw);
}

void close_checked(HtsFilePtr& file, const std::string& name) {
    errno = 0;
    if (hts_close(file.release()) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write or close " + name, errno));
    }
}

}  // namespace

struct VariantWriter::Impl {
    Impl(const VariantWriterOptions& options, const VariantHeader& header, const ThreadPool& pool);

    void write(VariantRecord::Impl& record);
    void speak_our_dictionary(VariantRecord::Impl& record);
    void define_contig(VariantRecord::Impl& record);
    void check_limits(const VariantRecord::Impl& record) const;
    void after_late_definition(const VariantRecord::Impl& record);
    void close();
    void replace_header();
    void write_index(PartFile& target) const;
    [[nodiscard]] std::string index_path() const;
    void remove_former_indices() const;

    VariantWriterOptions options;
    std::string name;
    std::optional<PartFile> part;   ///< none for standard output
    std::optional<PartFile> index;  ///< the part of the index, when there is one
    VcfHeaderPtr dictionary;
    std::int64_t header_end = 0;
    bool header_grew = false;
    SortCheck order;
    int threads = 0;
    HtsFilePtr file;
};

VariantWriter::Impl::Impl(const VariantWriterOptions& wanted,
                          const VariantHeader& header,
                          const ThreadPool& pool)
    : options(wanted), name(wanted.path == "-" ? "standard output" : wanted.path) {
    quiet_htslib();
    if (options.path != "-") {
        part.emplace(options.path);
    }
    if (options.index != IndexKind::kNone) {
        if (!part || part->is_direct()) {
            throw Error(ErrorKind::kUsage, "-W cannot index " + name + ": it is no regular file");
        }
        index.emplace(index_path());
    }
    dictionary.reset(bcf_hdr_dup(header.impl().header.get()));
    if (!dictionary) {
        throw Error(ErrorKind::kInternal, "cannot copy the VCF header");
    }
    file = open_output(part ? part->part() : "-", open_mode(options));
    if (part) {
        part->watch();
    }
    header_end = write_header(file.get(), dictionary.get(), name);
    attach(pool, file.get());
    threads = thread_count(pool);
}

/// The first records were written under a header that lacked this definition. A file gets a new
/// header at the end; a stream cannot.
void VariantWriter::Impl::after_late_definition(const VariantRecord::Impl& record) {
    const bool is_stream = !part || part->is_direct();
    if (is_stream && is_bcf(options.format)) {
        throw Error(ErrorKind::kInput,
                    *record.contig + ":" + std::to_string(record.record->pos + 1) +
                        ": a contig or tag is not defined in the header, which a BCF stream "
                        "cannot take up any more",
                    "write to a file or as VCF (-O v or -O z), or repair the header with 'bcftools "
                    "reheader'");
    }
    if (is_stream && !header_grew) {
        core::log(core::LogLevel::kWarning,
                  "the header was on its way before all definitions were known; readers of this "
                  "stream will miss them");
    }
    header_grew = true;
}

void VariantWriter::Impl::define_contig(VariantRecord::Impl& record) {
    const std::string& contig = *record.contig;
    int id = bcf_hdr_name2id(dictionary.get(), contig.c_str());
    if (id < 0) {
        const std::string line = "##contig=<ID=" + contig + ">";
        if (bcf_hdr_append(dictionary.get(), line.c_str()) != 0 ||
            bcf_hdr_sync(dictionary.get()) != 0) {
            throw Error(ErrorKind::kInput, "the contig name '" + contig + "' cannot be used");
        }
        id = bcf_hdr_name2id(dictionary.get(), contig.c_str());
        after_late_definition(record);
    }
    record.record->rid = id;
}

void VariantWriter::Impl::speak_our_dictionary(VariantRecord::Impl& record) {
    if (record.late_text.empty()) {
        if (record.late_contig) {
            define_contig(record);
        }
        return;
    }
    const int lines = dictionary->nhrec;
    kstring_t text{record.late_text.size(), record.late_text.size() + 1, record.late_text.data()};
    if (vcf_parse(&text, dictionary.get(), record.record.get()) != 0) {
        throw Error(ErrorKind::kInternal, "cannot write a record of " + *record.contig + " again");
    }
    record.record->errcode = 0;
    record.late_text.clear();
    if (dictionary->nhrec != lines) {
        after_late_definition(record);
    }
    for (const auto& [tag, values] : record.pending) {
        update_info(dictionary.get(), record.record.get(), tag, values);
    }
    record.pending.clear();
}

void VariantWriter::Impl::check_limits(const VariantRecord::Impl& record) const {
    const bcf1_t& raw = *record.record;
    const hts_pos_t end = raw.pos + raw.rlen;
    const auto too_far = [&](const std::string& what) {
        return Error(ErrorKind::kInput,
                     *record.contig + ":" + std::to_string(raw.pos + 1) + ": " + what);
    };
    if (is_bcf(options.format) && (raw.pos >= kMaxBcfPosition || raw.rlen >= kMaxBcfPosition ||
                                   (raw.unpacked & kHolds64Bit) != 0)) {
        throw too_far("BCF cannot hold this position, END or number; write VCF instead");
    }
    if (options.index == IndexKind::kTbi && end > kMaxTbiPosition) {
        throw too_far("a tbi index ends at 536,870,912; use -W=csi");
    }
    VARHUSH_CHECK(static_cast<int>(raw.n_sample) == bcf_hdr_nsamples(dictionary.get()));
}

void VariantWriter::Impl::write(VariantRecord::Impl& record) {
    VARHUSH_CHECK(file != nullptr);
    speak_our_dictionary(record);
    check_limits(record);
    if (index) {
        order.see(*record.contig, record.record->pos);
    }
    errno = 0;
    if (bcf_write(file.get(), dictionary.get(), record.record.get()) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write " + name, errno));
    }
}

/// Copies the records behind a header that has the late definitions, too. BGZF files may be put
/// together from pieces; only the end-of-file block of the first has to go.
void VariantWriter::Impl::replace_header() {
    const std::string fresh_path = options.path + ".header";
    PartFile fresh(fresh_path);
    HtsFilePtr out = open_output(fresh.part(), open_mode(options));
    write_header(out.get(), dictionary.get(), name);
    const bool blocks = out->format.compression == bgzf;
    close_checked(out, name);
    std::fstream target(fresh.part(), std::ios::in | std::ios::out | std::ios::binary);
    target.seekp(blocks ? -kBgzfEofBytes : 0, std::ios::end);
    std::ifstream records(part->part(), std::ios::binary);
    records.seekg(header_end);
    std::vector<char> buffer(1 << 20);
    while (records.read(buffer.data(), static_cast<std::streamsize>(buffer.size())),
           records.gcount() > 0) {
        target.write(buffer.data(), records.gcount());
    }
    target.close();
    if (!target || records.bad()) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write " + name, errno));
    }
    if (std::rename(fresh.part().c_str(), part->part().c_str()) != 0) {
        throw Error(ErrorKind::kOutput, with_errno("cannot rename to " + part->part(), errno));
    }
    part->watch();
}

void VariantWriter::Impl::write_index(PartFile& target) const {
    const int shift = options.index == IndexKind::kTbi ? 0 : kCsiMinShift;
    errno = 0;
    const int result =
        bcf_index_build3(part->part().c_str(), target.part().c_str(), shift, threads);
    if (result == -4) {
        throw Error(ErrorKind::kOutput, with_errno("cannot write the index of " + name, errno));
    }
    if (result != 0) {
        throw Error(ErrorKind::kInput, "cannot index " + name + ": are the positions in range?");
    }
    target.sync();
}

std::string VariantWriter::Impl::index_path() const {
    return options.path + (options.index == IndexKind::kTbi ? ".tbi" : ".csi");
}

/// Indices of the file that is about to be replaced would be taken for indices of the new one, and
/// a .csi is even preferred to a new .tbi. A link where the new index goes stays one.
void VariantWriter::Impl::remove_former_indices() const {
    std::vector<std::string> former;
    for (const std::string& data : {options.path, part->path()}) {
        for (const char* suffix : {".tbi", ".csi"}) {
            if (!index || data + suffix != index_path()) {
                former.push_back(data + suffix);
            }
        }
    }
    if (index) {
        former.push_back(index->path());
    }
    for (const std::string& path : former) {
        if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
            throw Error(ErrorKind::kOutput,
                        with_errno("cannot remove the index of the former file, " + path, errno));
        }
    }
}

void VariantWriter::Impl::close() {
    VARHUSH_CHECK(file != nullptr);
    close_checked(file, name);
    if (!part) {
        return;
    }
    if (header_grew && !part->is_direct()) {
        replace_header();
    }
    part->sync();
    if (index) {
        write_index(*index);
    }
    if (!part->is_direct()) {
        remove_former_indices();
    }
    part->publish();
    if (index) {
        index->publish();
    }
}

VariantWriter::VariantWriter(const VariantWriterOptions& options,
                             const VariantHeader& header,
                             const ThreadPool& pool)
    : impl_(std::make_unique<Impl>(options, header, pool)) {}
VariantWriter::~VariantWriter() = default;
VariantWriter::VariantWriter(VariantWriter&&) noexcept = default;
VariantWriter& VariantWriter::operator=(VariantWriter&&) noexcept = default;

void VariantWriter::write(VariantRecord& record) {
    impl_->write(record.impl());
}

void VariantWriter::close() {
    impl_->close();
}

}  // namespace varhush::io
