#include "varhush/core/log.hpp"
#include "variant_source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace varhush::io {

namespace {

/// An index made before its file was last written may point anywhere.
void warn_if_stale(const std::string& path) {
    struct stat data {};
    if (::stat(path.c_str(), &data) != 0) {
        return;
    }
    for (const char* suffix : {".csi", ".tbi"}) {
        struct stat index {};
        if (::stat((path + suffix).c_str(), &index) == 0) {
            if (index.st_mtime < data.st_mtime) {
                core::log(core::LogLevel::kWarning,
                          path + suffix + " is older than the file it indexes");
            }
            return;
        }
    }
}

/// Walks the regions one by one; what a region yields is up to `Derived`.
class IndexedSource : public VariantSource {
  public:
    IndexedSource(std::string path, const RegionSet& regions, bool overlapping)
        : path_(std::move(path)), regions_(regions), overlapping_(overlapping) {}

    bool next(bcf1_t* record) final {
        while (iterator_ || advance()) {
            const int result = read(record);
            if (result < -1) {
                throw Error(ErrorKind::kInput,
                            where() +
                                ": damaged file, or an index that does "
                                "not fit it",
                            "make the index again: bcftools index -f " + path_);
            }
            if (result == -1) {
                iterator_.reset();
            } else if (owns(std::max<hts_pos_t>(record->pos, 0))) {
                return true;  // others overlap the region but start elsewhere
            }
        }
        return false;
    }

    [[nodiscard]] std::string where() const final {
        const auto& regions = regions_.in_order();
        return path_ + " at " +
               (region_ > 0 && region_ <= regions.size() ? seq::to_text(regions[region_ - 1])
                                                         : "its start");
    }

  protected:
    virtual IteratorPtr query(const seq::Region& region, hts_pos_t end) = 0;
    virtual int read(bcf1_t* record) = 0;
    [[nodiscard]] hts_itr_t* iterator() const noexcept { return iterator_.get(); }

  private:
    /// Whether a record that touches the current region, and starts at `position`, is its own.
    [[nodiscard]] bool owns(std::int64_t position) const {
        const auto& regions = regions_.in_order();
        const seq::Region& region = regions[region_ - 1];
        if (!overlapping_ || position >= region.start) {
            return region.contains(position);
        }
        // A record from before the region that touches the one in front of it was that one's.
        const seq::Region* const before = region_ > 1 ? &regions[region_ - 2] : nullptr;
        return before == nullptr || before->contig != region.contig || position >= before->end;
    }

    bool advance() {
        while (!iterator_ && region_ < regions_.in_order().size()) {
            const seq::Region& region = regions_.in_order()[region_++];
            const hts_pos_t end = std::min<hts_pos_t>(region.end, HTS_POS_MAX);
            iterator_ = query(region, end);
            if (!iterator_) {
                core::log(core::LogLevel::kWarning,
                          path_ + " has no contig '" + region.contig + "' of region " +
                              seq::to_text(region));
            }
        }
        return iterator_ != nullptr;
    }

    std::string path_;
    const RegionSet& regions_;
    bool overlapping_;
    std::size_t region_ = 0;  ///< the next one
    IteratorPtr iterator_;
};

class IndexedText final : public IndexedSource {
  public:
    IndexedText(htsFile* file,
                bcf_hdr_t* header,
                const std::string& path,
                const RegionSet& regions,
                bool overlapping,
                TabixPtr index)
        : IndexedSource(path, regions, overlapping),
          file_(file),
          header_(header),
          index_(std::move(index)) {}

  private:
    IteratorPtr query(const seq::Region& region, hts_pos_t end) override {
        const int id = tbx_name2id(index_.get(), region.contig.c_str());
        return IteratorPtr(id < 0 ? nullptr : tbx_itr_queryi(index_.get(), id, region.start, end));
    }

    int read(bcf1_t* record) override {
        const int result = tbx_itr_next(file_, index_.get(), iterator(), &line_);
        if (result >= 0) {
            parse_vcf_line({line_.s, line_.l}, header_, record, *this);
        }
        return result;
    }

    htsFile* file_;
    bcf_hdr_t* header_;
    TabixPtr index_;
    KString line_;
};

class IndexedBcf final : public IndexedSource {
  public:
    IndexedBcf(htsFile* file,
               bcf_hdr_t* header,
               const std::string& path,
               const RegionSet& regions,
               bool overlapping,
               IndexPtr index)
        : IndexedSource(path, regions, overlapping),
          file_(file),
          header_(header),
          index_(std::move(index)) {}

  private:
    IteratorPtr query(const seq::Region& region, hts_pos_t end) override {
        const int id = bcf_hdr_name2id(header_, region.contig.c_str());
        return IteratorPtr(
            id < 0 ? nullptr
                   : hts_itr_query(index_.get(), id, region.start, end, &IndexedBcf::read_checked));
    }

    int read(bcf1_t* record) override {
        const int result = hts_itr_next(hts_get_bgzfp(file_), iterator(), record, this);
        if (problem_) {
            throw Error(*problem_);
        }
        return result;
    }

    /// The reader of HTSlib's own BCF iterator takes ids and sizes in a record on trust; bcf_read
    /// looks at them. Also sees the records that the iterator passes over, where a damaged position
    /// would end the region early. Called from C, so errors wait in `problem_`.
    static int read_checked(BGZF* /*stream*/,
                            void* self,
                            void* into,
                            int* contig,
                            hts_pos_t* start,
                            hts_pos_t* end) noexcept {
        auto& source = *static_cast<IndexedBcf*>(self);
        auto* record = static_cast<bcf1_t*>(into);
        const int result = bcf_read(source.file_, source.header_, record);
        if (result == -1) {
            return result;
        }
        try {
            if (result != 0) {
                damaged_bcf(source);
            }
            check_bcf_record(record, source.header_, source);
        } catch (const Error& error) {
            source.problem_ = error;
            return -2;
        }
        *contig = record->rid;
        *start = record->pos;
        *end = record->pos + record->rlen;
        return 0;
    }

    htsFile* file_;
    bcf_hdr_t* header_;
    IndexPtr index_;
    std::optional<Error> problem_;
};

[[noreturn]] void no_index(const std::string& path) {
    throw Error(ErrorKind::kInput,
                "regions need an index, and " + path + " has none (.tbi or .csi) that can be read",
                "bcftools index " + path + ", or stream with -t instead of -r");
}

}  // namespace

std::unique_ptr<VariantSource> make_indexed_source(htsFile* file,
                                                   bcf_hdr_t* header,
                                                   const std::string& path,
                                                   const RegionSet& regions,
                                                   bool overlapping) {
    if (path == "-") {
        throw Error(ErrorKind::kUsage,
                    "regions need an index, and standard input has none",
                    "stream with -t instead of -r");
    }
    if (hts_get_format(file)->compression != bgzf) {
        throw Error(ErrorKind::kInput,
                    "regions need an index, and " + path + " is not compressed with bgzip",
                    "bgzip it and index it, or stream with -t instead of -r");
    }
    warn_if_stale(path);
    if (hts_get_format(file)->format == bcf) {
        IndexPtr index(bcf_index_load3(path.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
        if (!index) {
            no_index(path);
        }
        return std::make_unique<IndexedBcf>(
            file, header, path, regions, overlapping, std::move(index));
    }
    TabixPtr index(tbx_index_load3(path.c_str(), nullptr, HTS_IDX_SILENT_FAIL));
    if (!index) {
        no_index(path);
    }
    return std::make_unique<IndexedText>(
        file, header, path, regions, overlapping, std::move(index));
}

}  // namespace varhush::io
