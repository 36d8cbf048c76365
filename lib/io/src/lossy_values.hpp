#pragma once

#include <htslib/vcf.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace varhush::io {

/// Finds what HTSlib would drop without a word: an integer beyond 32 bits in a tag of type Integer
/// becomes '.'. The first is reported with its place, the rest is counted.
class LossyValues {
  public:
    /// Looks through the INFO column; `where` is called when there is something to report.
    template <class Where>
    void look_at_info(std::string_view info, const bcf_hdr_t* header, Where where) {
        for (std::size_t from = 0; (from = next_long_number(info, from)) < info.size();) {
            if (const std::string tag = info_tag_losing(info, from, header); !tag.empty()) {
                report(tag, where);
            }
            from = end_of_number(info, from);
        }
    }

    /// Looks through FORMAT and the sample columns.
    template <class Where>
    void look_at_samples(std::string_view columns, const bcf_hdr_t* header, Where where) {
        for (std::size_t from = 0; (from = next_long_number(columns, from)) < columns.size();) {
            if (const std::string tag = format_tag_losing(columns, from, header); !tag.empty()) {
                report(tag, where);
            }
            from = end_of_number(columns, from);
        }
    }

    void summarise(const std::string& name) const;

  private:
    template <class Where>
    void report(const std::string& tag, Where where) {
        if (++count_ == 1) {
            report_first(tag, where());
        }
    }

    static std::size_t next_long_number(std::string_view text, std::size_t from) noexcept;
    static std::size_t end_of_number(std::string_view text, std::size_t from) noexcept;
    static std::string info_tag_losing(std::string_view info,
                                       std::size_t at,
                                       const bcf_hdr_t* header);
    static std::string format_tag_losing(std::string_view columns,
                                         std::size_t at,
                                         const bcf_hdr_t* header);
    static void report_first(const std::string& tag, const std::string& where);

    std::int64_t count_ = 0;
};

}  // namespace varhush::io
