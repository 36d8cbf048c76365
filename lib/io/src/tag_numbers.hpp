#pragma once

#include "varhush/io/variant_record.hpp"
#include "vcf_columns.hpp"

#include <string>
#include <unordered_map>

namespace varhush::io {

/// Which INFO and FORMAT tags have a value per ALT, allele or genotype, by the header.
class TagNumbers {
  public:
    TagNumbers() = default;
    explicit TagNumbers(const VariantHeader& header);

    /// For tests and for tags defined elsewhere.
    void set_info(const std::string& tag, TagNumber number) { info_[tag] = number; }
    void set_format(const std::string& tag, TagNumber number) { format_[tag] = number; }

    [[nodiscard]] TagNumber info(const std::string& tag) const { return find(info_, tag); }
    [[nodiscard]] TagNumber format(const std::string& tag) const { return find(format_, tag); }

  private:
    using Table = std::unordered_map<std::string, TagNumber>;
    static TagNumber find(const Table& table, const std::string& tag);

    Table info_;
    Table format_;
};

}  // namespace varhush::io
