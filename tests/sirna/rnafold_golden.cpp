#include "rnafold_golden.hpp"

#include "varhush/io/text_reader.hpp"

namespace varhush::sirna {

std::vector<GoldenRow> read_golden(const std::filesystem::path& folder, const std::string& name) {
    auto path = folder / name;
    if (!std::filesystem::exists(path)) {
        path += ".gz";
    }
    io::TextReader reader(path);
    std::string line;
    std::vector<std::string> columns;
    std::vector<GoldenRow> rows;
    while (reader.next(line)) {
        const auto fields = io::split_tabs(line);
        if (columns.empty()) {
            columns.assign(fields.begin(), fields.end());
            continue;
        }
        GoldenRow row;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            row[columns[i]] = std::string(fields.at(i));
        }
        rows.push_back(row);
    }
    return rows;
}

}  // namespace varhush::sirna
