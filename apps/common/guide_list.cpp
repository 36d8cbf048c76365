#include "apps/common/guide_list.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/sirna/guide.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kShortestPassenger = 19;

/// Collects guides and says what is wrong with them.
class Collector {
  public:
    Collector(const io::TextReader& reader, bool skip_bad) : reader_(reader), skip_bad_(skip_bad) {}

    void add(std::string id, std::string_view letters, std::string_view passenger) {
        ++count_;
        if (id.empty()) {
            id = "guide" + std::to_string(count_);
        }
        if (!ids_.insert(id).second) {
            throw Error(ErrorKind::kInput,
                        reader_.where() + ": guide " + id + " is there twice",
                        "every guide needs a name of its own");
        }
        ListedGuide guide{id, sirna::to_rna(letters), sirna::to_rna(passenger)};
        std::string reason = sirna::why_no_guide(guide.guide);
        if (reason.empty() && !guide.passenger.empty() &&
            (guide.passenger.size() < kShortestPassenger || !sirna::is_rna(guide.passenger))) {
            reason = "its passenger is shorter than 19 or has letters other than A, C, G, U";
        }
        if (reason.empty()) {
            list_.guides.push_back(std::move(guide));
        } else if (skip_bad_) {
            list_.refused.push_back({std::move(id), std::string(letters), std::move(reason)});
        } else {
            throw Error(ErrorKind::kInput,
                        reader_.where() + ": guide " + id + " cannot be used: " + reason,
                        "--skip-bad sets such guides apart and goes on");
        }
    }

    GuideList finish(const std::string& path) {
        if (count_ == 0) {
            throw Error(ErrorKind::kInput, path + ": there is no guide in the file");
        }
        return std::move(list_);
    }

  private:
    const io::TextReader& reader_;
    bool skip_bad_;
    GuideList list_;
    std::unordered_set<std::string> ids_;
    std::size_t count_ = 0;
};

std::string first_word(std::string_view text) {
    return std::string(text.substr(0, text.find_first_of(" \t")));
}

void read_fasta(io::TextReader& reader, std::string line, Collector& guides) {
    std::optional<std::string> id;
    std::string letters;
    const auto finish = [&] {
        if (id) {
            guides.add(*id, letters, {});
        }
    };
    do {
        if (line.starts_with('>')) {
            finish();
            id = first_word(std::string_view(line).substr(1));
            letters.clear();
        } else {
            letters += line;
        }
    } while (reader.next(line));
    finish();
    reader.warn_of_cut_line();
}

std::optional<std::size_t> column(const std::vector<std::string_view>& names,
                                  std::string_view wanted) {
    const auto found = std::find(names.begin(), names.end(), wanted);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<std::size_t>(found - names.begin()));
}

void read_table(io::TextReader& reader, const std::string& header, Collector& guides) {
    std::string_view text = header;
    text.remove_prefix(text.starts_with('#') ? 1 : 0);
    const auto names = io::split_tabs(text);
    const auto guide = column(names, "guide");
    auto id = column(names, "id");
    if (!id) {
        id = column(names, "guide_id");
    }
    const auto passenger = column(names, "passenger");
    if (!guide) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": no column is called 'guide'",
                    "a table of guides begins with a line that names its columns");
    }
    std::string line;
    while (reader.next(line)) {
        if (line.empty()) {
            continue;
        }
        const auto fields = io::split_tabs(line);
        if (fields.size() != names.size()) {
            throw Error(ErrorKind::kInput,
                        reader.where() + ": " + std::to_string(fields.size()) +
                            " fields, the first "
                            "line has " +
                            std::to_string(names.size()));
        }
        const auto other = passenger ? fields[*passenger] : std::string_view{};
        guides.add(id ? std::string(fields[*id]) : std::string(),
                   fields[*guide],
                   other == "." ? std::string_view{} : other);
    }
    reader.refuse_cut_line();
}

void read_plain(io::TextReader& reader, std::string line, Collector& guides) {
    do {
        if (!line.empty()) {
            guides.add({}, line, {});
        }
    } while (reader.next(line));
    reader.warn_of_cut_line();
}

}  // namespace

GuideList read_guides(const std::string& path, bool skip_bad) {
    io::TextReader reader(path);
    Collector guides(reader, skip_bad);
    std::string line;
    bool found = false;
    while (!found && reader.next(line)) {
        found = !line.empty();
    }
    if (found && line.starts_with('>')) {
        read_fasta(reader, line, guides);
    } else if (found && (line.find('\t') != std::string::npos || line == "guide")) {
        read_table(reader, line, guides);
    } else if (found) {
        read_plain(reader, line, guides);
    }
    return guides.finish(path);
}

}  // namespace varhush::apps
