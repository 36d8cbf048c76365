#pragma once

#include "hts.hpp"
#include "varhush/io/variant_record.hpp"

#include <mutex>
#include <string>
#include <variant>
#include <vector>

namespace varhush::io {

struct VariantHeader::Impl {
    VcfHeaderPtr header;
};

class RecordPool;

/// A record is spoken in the dictionary of its reader's header. Writers and set_info use copies of
/// that header with lines appended, so ids below the copied size mean the same everywhere. What the
/// reader had to define later (a contig or tag missing in the header) is handed over by name:
/// `late_contig` makes the writer look the contig up, `late_text` holds the whole line, which the
/// writer parses anew, and `pending` what set_info got for such a record.
struct VariantRecord::Impl {
    struct Pending {
        std::string tag;
        std::variant<std::string, std::vector<float>> values;
    };

    VcfRecordPtr record{bcf_init()};
    std::shared_ptr<const std::string> contig;
    bool late_contig = false;
    std::string late_text;  ///< empty: the record is complete in itself
    std::vector<Pending> pending;
    std::shared_ptr<RecordPool> pool;  ///< where it goes when nobody needs it any more

    Impl();

    /// Makes `target` own a record (from `source` when it has none).
    static Impl& ensure(VariantRecord& target, const std::shared_ptr<RecordPool>& source);
    void reset();
};

/// Records that were handed back, with their buffers: allocating a bcf1_t with all its arrays for
/// every line costs more than parsing a short one.
class RecordPool {
  public:
    std::unique_ptr<VariantRecord::Impl> take();
    void give_back(std::unique_ptr<VariantRecord::Impl> impl);

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<VariantRecord::Impl>> free_;
};

/// Writes pending values into a record that now speaks `header`'s dictionary.
void update_info(const bcf_hdr_t* header,
                 bcf1_t* record,
                 const std::string& tag,
                 const std::variant<std::string, std::vector<float>>& values);

}  // namespace varhush::io
