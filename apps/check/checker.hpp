#pragma once

#include "apps/check/findings.hpp"
#include "apps/check/reference_fit.hpp"
#include "varhush/io/variant_reader.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace varhush::apps {

/// Chooses records to compare without knowing how many there will be: the first N all, then ever
/// more rarely, one in i/N + 1 at record i. Of a million records with N = 10,000 about 56,000.
/// The same records every time.
class RecordSampler {
  public:
    /// 0: every record.
    explicit RecordSampler(std::int64_t sample) : sample_(sample) {}

    /// Whether the next record is chosen.
    bool next() {
        const std::int64_t index = seen_++;
        if (sample_ > 0 && index < due_) {
            return false;
        }
        due_ = sample_ > 0 ? index + 1 + index / sample_ : 0;
        ++chosen_;
        return true;
    }
    [[nodiscard]] bool chose_all() const { return chosen_ == seen_; }

  private:
    std::int64_t sample_;
    std::int64_t seen_ = 0;
    std::int64_t due_ = 0;
    std::int64_t chosen_ = 0;
};

/// Takes a file in, record by record.
class Checker {
  public:
    /// `references` outlives the checker; at least one.
    Checker(std::vector<std::unique_ptr<ReferenceChecker>>& references, std::int64_t sample);

    void see(const io::VariantRecord& record);

    /// `header` is that of the reader after its last record.
    [[nodiscard]] Findings finish(const std::string& input, const io::VariantHeader& header);

  private:
    void see_place(const io::VariantRecord& record);
    void see_alleles(const io::VariantRecord& record);
    void compare_contigs(const io::VariantHeader& header);
    void choose_best();

    std::vector<std::unique_ptr<ReferenceChecker>>& references_;
    RecordSampler sampler_;
    Findings findings_;
    std::string contig_;
    std::int64_t position_ = -1;
    std::unordered_set<std::string> finished_contigs_;
    std::unordered_set<std::string> alleles_here_;  ///< REF and ALTs seen at this place
    struct Count {
        std::int64_t records = 0;
        std::int64_t alleles = 0;
    };
    std::unordered_map<std::string, Count> by_contig_;
    Count* here_ = nullptr;  ///< of contig_
};

}  // namespace varhush::apps
