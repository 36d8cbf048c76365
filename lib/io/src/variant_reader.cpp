#include "varhush/io/variant_reader.hpp"

#include "late_definitions.hpp"
#include "thread_pool_impl.hpp"
#include "variant_impl.hpp"
#include "variant_source.hpp"

#include <htslib/hfile.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace varhush::io {

namespace {

[[noreturn]] void cut_bgzf(const std::string& name) {
    throw Error(ErrorKind::kInput,
                name + " is cut: the BGZF end-of-file block is missing",
                "copy or make the file again");
}

}  // namespace

struct VariantReader::Impl {
    Impl(const VariantReaderOptions& options, const ThreadPool& pool);

    bool next(VariantRecord& record);
    [[nodiscard]] double fraction_read() const;
    void finish();
    void describe(VariantRecord::Impl& out);
    void hand_over_late(VariantRecord::Impl& out);
    void define_late();

    std::string name;
    HtsFilePtr file;
    VcfHeaderPtr dictionary;  ///< what the records are parsed with; grows on late definitions
    VariantHeader header;     ///< what the caller sees
    RegionSet regions;
    RegionSet targets;
    bool has_targets = false;
    bool targets_excluded = false;
    std::unique_ptr<VariantSource> source;
    std::vector<std::shared_ptr<const std::string>> contig_names;  ///< by rid
    std::int64_t file_bytes = 0;  ///< 0: not a regular file, or read by index
    int known_contigs = 0;
    bool tags_grew = false;
    LateDefinitions late;
    std::shared_ptr<RecordPool> records = std::make_shared<RecordPool>();
};

VariantReader::Impl::Impl(const VariantReaderOptions& options, const ThreadPool& pool)
    : name(display_name(options.path)),
      file(open_for_reading(options.path)),
      regions(options.regions),
      targets(options.targets),
      has_targets(!options.targets.empty()),
      targets_excluded(options.targets_excluded) {
    if (hts_get_format(file.get())->compression == bgzf && hts_check_EOF(file.get()) == 0) {
        cut_bgzf(name);
    }
    attach(pool, file.get());
    std::optional<LineSource> lines;
    if (hts_get_format(file.get())->format == vcf) {
        lines.emplace(file.get(), name);
    }
    dictionary = read_variant_header(file.get(), lines ? &*lines : nullptr, name);
    VcfHeaderPtr shown(bcf_hdr_dup(dictionary.get()));
    if (!shown) {
        throw Error(ErrorKind::kInput, name + ": the header cannot be used");
    }
    header.impl().header = std::move(shown);
    known_contigs = dictionary->n[BCF_DT_CTG];
    late = LateDefinitions(dictionary.get(), name);
    if (options.regions.empty() && options.path != "-") {
        std::error_code error;
        const auto bytes = std::filesystem::is_regular_file(options.path, error)
                               ? std::filesystem::file_size(options.path, error)
                               : 0;
        file_bytes = error ? 0 : static_cast<std::int64_t>(bytes);
    }
    if (!options.regions.empty()) {
        source = make_indexed_source(
            file.get(), dictionary.get(), options.path, regions, options.overlapping);
    } else if (lines) {
        source = make_text_source(std::move(*lines), dictionary.get());
    } else {
        source = make_bcf_source(file.get(), dictionary.get(), name);
    }
}

void VariantReader::Impl::finish() {
    const BGZF* stream = hts_get_bgzfp(file.get());
    if (stream != nullptr && stream->no_eof_block != 0) {
        cut_bgzf(name);
    }
    late.summarise();
    source->lossy_values().summarise(name);
}

/// The name of the contig, and what HTSlib should have unpacked for the accessors.
void VariantReader::Impl::describe(VariantRecord::Impl& out) {
    const auto rid = static_cast<std::size_t>(out.record->rid);
    if (rid >= contig_names.size()) {
        contig_names.resize(rid + 1);
    }
    if (!contig_names[rid]) {
        contig_names[rid] =
            std::make_shared<const std::string>(dictionary->id[BCF_DT_CTG][rid].key);
    }
    if (out.contig != contig_names[rid]) {
        out.contig = contig_names[rid];
    }
    bcf_unpack(out.record.get(), BCF_UN_STR);
}

void VariantReader::Impl::define_late() {
    for (const std::string& line : late.take(dictionary.get(), source->where())) {
        header.add_line(line);
        tags_grew = tags_grew || !line.starts_with("##contig=");
    }
}

/// From the first undefined tag on, every record goes over as text: its ids may be newer than the
/// copy of the header that the writer holds.
void VariantReader::Impl::hand_over_late(VariantRecord::Impl& out) {
    out.late_contig = out.record->rid >= known_contigs;
    if (tags_grew) {
        KString text;
        if (vcf_format(dictionary.get(), out.record.get(), &text) != 0) {
            throw Error(ErrorKind::kInput, source->where() + ": the record cannot be written");
        }
        out.late_text.assign(text.s, text.l - 1);
    }
    out.record->errcode = 0;
}

bool VariantReader::Impl::next(VariantRecord& record) {
    VariantRecord::Impl& out = VariantRecord::Impl::ensure(record, records);
    while (source->next(out.record.get())) {
        if (late.grew(dictionary.get())) {
            define_late();
        }
        describe(out);
        if (has_targets && targets.contains(*out.contig, out.record->pos) == targets_excluded) {
            continue;
        }
        hand_over_late(out);
        return true;
    }
    finish();
    return false;
}

double VariantReader::Impl::fraction_read() const {
    if (file_bytes == 0) {
        return -1;
    }
    // Where the block being read starts in the file; a pool may have read ahead of it.
    const BGZF* stream = hts_get_bgzfp(file.get());
    const auto offset = stream != nullptr ? bgzf_tell(stream) >> 16 : htell(file->fp.hfile);
    return std::min(1.0, static_cast<double>(offset) / static_cast<double>(file_bytes));
}

VariantReader::VariantReader(const VariantReaderOptions& options, const ThreadPool& pool)
    : impl_(std::make_unique<Impl>(options, pool)) {}
VariantReader::~VariantReader() = default;
VariantReader::VariantReader(VariantReader&&) noexcept = default;
VariantReader& VariantReader::operator=(VariantReader&&) noexcept = default;

const VariantHeader& VariantReader::header() const {
    return impl_->header;
}

bool VariantReader::next(VariantRecord& record) {
    return impl_->next(record);
}

double VariantReader::fraction_read() const {
    return impl_->fraction_read();
}

}  // namespace varhush::io
