#include "varhush/io/alignment_reader.hpp"

#include "hts.hpp"
#include "thread_pool_impl.hpp"

#include <htslib/sam.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace varhush::io {

namespace {

using SamHeaderPtr = std::unique_ptr<sam_hdr_t, Call<sam_hdr_destroy>>;
using SamRecordPtr = std::unique_ptr<bam1_t, Call<bam_destroy1>>;

constexpr int kFields = SAM_QNAME | SAM_FLAG | SAM_RNAME | SAM_POS | SAM_MAPQ | SAM_CIGAR |
                        SAM_RNEXT | SAM_PNEXT | SAM_TLEN;

void check_kind(htsFile* file, const std::string& name) {
    const htsFormat* format = hts_get_format(file);
    if (format->format == empty_format) {
        throw Error(ErrorKind::kInput, name + " is empty");
    }
    if (format->format != sam && format->format != bam && format->format != cram) {
        const CharPtr text(hts_format_description(format));
        throw Error(ErrorKind::kInput,
                    name + " is not a BAM, CRAM or SAM (it looks like: " + text.get() + ")");
    }
    if ((format->compression == bgzf || format->format == cram) && hts_check_EOF(file) == 0) {
        throw Error(ErrorKind::kInput,
                    name + " is cut: its end-of-file block is missing",
                    "copy or make the file again");
    }
}

/// The third column of a SAM line that sam_parse1 has taken apart with NULs (its length is gone by
/// then, the text is not).
std::string_view reference_name(const kstring_t& line) {
    std::string_view rest(line.s, line.s == nullptr ? 0 : line.m);
    constexpr std::string_view kSeparators("\t\0", 2);
    for (int i = 0; i < 2; ++i) {
        const std::size_t end = rest.find_first_of(kSeparators);
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 1);
    }
    return rest.substr(0, rest.find_first_of(kSeparators));
}

}  // namespace

struct AlignmentReader::Impl {
    Impl(const AlignmentReaderOptions& options, const ThreadPool& pool);

    void configure_cram(const std::string& reference);
    void go_to(const seq::Region& region, const std::string& path);
    int read();
    void check_record() const;
    void copy_to(Alignment& out) const;
    [[nodiscard]] std::string where() const;

    std::string name;
    HtsFilePtr file;
    SamHeaderPtr header;
    SamRecordPtr record{bam_init1()};
    IndexPtr index;
    IteratorPtr iterator;
    std::vector<Contig> contigs;
    std::int64_t count = 0;
};

AlignmentReader::Impl::Impl(const AlignmentReaderOptions& options, const ThreadPool& pool)
    : name(display_name(options.path)), file(open_for_reading(options.path)) {
    check_kind(file.get(), name);
    if (hts_get_format(file.get())->format == cram) {
        configure_cram(options.reference);
    }
    if (hts_get_format(file.get())->format != sam) {
        attach(pool, file.get());  // threads for SAM text would take its lines out of our sight
    }
    header.reset(sam_hdr_read(file.get()));
    if (!header || !record) {
        throw Error(ErrorKind::kInput, name + ": the header is missing, damaged or cut");
    }
    for (int i = 0; i < sam_hdr_nref(header.get()); ++i) {
        contigs.push_back({sam_hdr_tid2name(header.get(), i),
                           static_cast<std::int64_t>(sam_hdr_tid2len(header.get(), i))});
    }
    if (options.region) {
        go_to(*options.region, options.path);
    }
}

void AlignmentReader::Impl::configure_cram(const std::string& reference) {
    if (hts_set_opt(file.get(), CRAM_OPT_REQUIRED_FIELDS, kFields) != 0 ||
        hts_set_opt(file.get(), CRAM_OPT_DECODE_MD, 0) != 0) {
        throw Error(ErrorKind::kInput, name + ": cannot set up CRAM decoding");
    }
    if (!reference.empty() && hts_set_fai_filename(file.get(), reference.c_str()) != 0) {
        throw Error(ErrorKind::kInput, "cannot use " + reference + " as the reference of " + name);
    }
}

void AlignmentReader::Impl::go_to(const seq::Region& region, const std::string& path) {
    if (path == "-") {
        throw Error(ErrorKind::kUsage, "a region needs an index, and standard input has none");
    }
    const int id = sam_hdr_name2tid(header.get(), region.contig.c_str());
    if (id < 0) {
        throw Error(ErrorKind::kInput,
                    name + " has no contig '" + region.contig + "'",
                    contigs.empty() ? "" : "its first contig is '" + contigs.front().name + "'");
    }
    index.reset(sam_index_load3(file.get(), path.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
    if (!index) {
        throw Error(ErrorKind::kInput,
                    "a region needs an index, and " + path +
                        " has none (.bai, .csi or .crai) that can be read",
                    "samtools index " + path);
    }
    const hts_pos_t end = std::min<hts_pos_t>(region.end, HTS_POS_MAX);
    iterator.reset(sam_itr_queryi(index.get(), id, region.start, end));
    if (!iterator) {
        throw Error(ErrorKind::kInput, name + ": cannot use the index", "samtools index " + path);
    }
}

std::string AlignmentReader::Impl::where() const {
    return name + ", read " + std::to_string(count);
}

int AlignmentReader::Impl::read() {
    return iterator ? sam_itr_next(file.get(), iterator.get(), record.get())
                    : sam_read1(file.get(), header.get(), record.get());
}

void AlignmentReader::Impl::check_record() const {
    const bam1_core_t& core = record->core;
    if (core.tid < 0 && hts_get_format(file.get())->format == sam) {
        const std::string_view contig = reference_name(file->line);
        if (!contig.empty() && contig != "*") {
            throw Error(
                ErrorKind::kInput,
                where() + ": the contig '" + std::string(contig) + "' is not in the header");
        }
    }
    if (core.pos < -1) {
        throw Error(ErrorKind::kInput, where() + ": negative position");
    }
}

void AlignmentReader::Impl::copy_to(Alignment& out) const {
    const bam1_core_t& core = record->core;
    out.name = bam_get_qname(record.get());
    out.flags = core.flag;
    out.contig = core.tid < 0 ? "*" : contigs[static_cast<std::size_t>(core.tid)].name;
    out.start = core.pos;
    out.mapping_quality = core.qual;
    out.mate_start = core.mpos;
    out.template_length = core.isize;
    out.cigar.clear();
    std::int64_t end = core.pos;
    const std::uint32_t* cigar = bam_get_cigar(record.get());
    for (std::uint32_t i = 0; i < core.n_cigar; ++i) {
        const char op = bam_cigar_opchr(cigar[i]);
        if (op == '?' || op == 'B') {
            throw Error(ErrorKind::kInput, where() + ": unknown CIGAR operation");
        }
        const auto length = static_cast<std::int64_t>(bam_cigar_oplen(cigar[i]));
        out.cigar.push_back({op, length});
        end += (bam_cigar_type(bam_cigar_op(cigar[i])) & 2) != 0 ? length : 0;
    }
    out.end = end;
}

AlignmentReader::AlignmentReader(const AlignmentReaderOptions& options, const ThreadPool& pool)
    : impl_(std::make_unique<Impl>(options, pool)) {}
AlignmentReader::~AlignmentReader() = default;
AlignmentReader::AlignmentReader(AlignmentReader&&) noexcept = default;
AlignmentReader& AlignmentReader::operator=(AlignmentReader&&) noexcept = default;

const std::vector<AlignmentReader::Contig>& AlignmentReader::contigs() const {
    return impl_->contigs;
}

bool AlignmentReader::next(Alignment& alignment) {
    const int result = impl_->read();
    if (result == -1) {
        const BGZF* stream = hts_get_bgzfp(impl_->file.get());
        if (stream != nullptr && stream->no_eof_block != 0) {
            throw Error(ErrorKind::kInput,
                        impl_->name + " is cut: its end-of-file block is missing");
        }
        return false;
    }
    ++impl_->count;
    if (result < -1) {
        throw Error(ErrorKind::kInput, impl_->where() + ": damaged or cut");
    }
    impl_->check_record();
    impl_->copy_to(alignment);
    return true;
}

std::uint16_t parse_sam_flags(const std::string& text) {
    const int flags = text.empty() ? -1 : bam_str2flag(text.c_str());
    if (flags < 0 || flags > 0xffff) {
        throw Error(ErrorKind::kUsage,
                    "not SAM flags: " + text,
                    "a number such as 1796 or 0x704, or names such as UNMAP,DUP");
    }
    return static_cast<std::uint16_t>(flags);
}

}  // namespace varhush::io
