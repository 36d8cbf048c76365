#pragma once

#include "apps/siscore/judge.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/sirna/efficacy_model.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::apps {

/// Rows read, and how many ended how.
struct SiscoreCounts {
    long long rows = 0;
    long long unscored = 0;
    long long repeated_ids = 0;
    std::map<std::string, long long> by_status;
};

/// The table as JSON, written as it grows: {version, command, model, intervals, guides: [one object
/// a row], summary}. A row has the columns of the input as text and those that siscore adds; what
/// is a point in the table is null.
class JsonRows {
  public:
    /// What stands in front of the guides. `version` and `command` may be empty: left out.
    struct Head {
        std::string version;
        std::string command;
        std::string model;
        std::string sha256;
        bool known_laboratory = false;
    };

    /// `columns` are the names of the input's columns, between tabs.
    /// @throws Error{kInput} when two of them are equal, Error{kOutput}.
    JsonRows(const std::string& path, const Head& head, std::string_view columns);

    /// One row: `text` as it came, between tabs.
    void add(std::string_view text, const PreparedRow& row, const sirna::Efficacy& efficacy);
    /// The end of the file, on the disk; `close` gives it its name.
    void finish(const SiscoreCounts& counts);
    void close() { out_.close(); }

  private:
    io::OutputFile out_;
    std::vector<std::string> columns_;
    bool first_ = true;
};

}  // namespace varhush::apps
