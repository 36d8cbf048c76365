#include "varhush/io/jaspar_reader.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"

#include <cmath>
#include <sstream>

namespace varhush::io {

namespace {

[[noreturn]] void refuse(const TextReader& reader, const std::string& what) {
    throw Error(ErrorKind::kInput,
                reader.where() + ": " + what,
                "expected JASPAR matrices: '>ID NAME', then 'A [ 4 19 0 ]' and so on to T");
}

std::vector<double> counts_of(const TextReader& reader, const std::string& line) {
    if (line.find('[') == std::string::npos || line.find(']') < line.find('[')) {
        refuse(reader, "not a row of counts, which stand in brackets");
    }
    std::string text = line.substr(1);
    for (char& c : text) {
        c = c == '[' || c == ']' ? ' ' : c;
    }
    std::istringstream stream(text);
    std::vector<double> values;
    for (double value = 0; stream >> value;) {
        if (!std::isfinite(value) || value < 0) {
            refuse(reader, "a count is negative or not a number");
        }
        values.push_back(value);
    }
    if (!stream.eof() || values.empty()) {
        refuse(reader, "not a row of counts: what is in brackets is no number");
    }
    return values;
}

CountMatrix named(const std::string& line) {
    CountMatrix matrix;
    std::istringstream stream(line.substr(1));
    stream >> matrix.id;
    if (!(stream >> matrix.name)) {
        matrix.name = matrix.id;
    }
    return matrix;
}

}  // namespace

std::vector<CountMatrix> read_jaspar(const std::string& path) {
    TextReader reader(path);
    std::vector<CountMatrix> matrices;
    std::size_t rows = 4;  // of the matrix at hand
    for (std::string line; reader.next(line);) {
        if (line.empty()) {
            continue;
        }
        if (line[0] == '>') {
            if (rows != 4) {
                refuse(reader, "the matrix before has " + std::to_string(rows) + " rows");
            }
            matrices.push_back(named(line));
            rows = 0;
            continue;
        }
        if (rows == 4) {
            refuse(reader, "expected a line '>ID name'");
        }
        if (line[0] != "ACGT"[rows]) {
            refuse(
                reader,
                std::string("expected the rows A, C, G, T behind a '>' line: expected the counts "
                            "of ") +
                    "ACGT"[rows]);
        }
        auto& counts = matrices.back().counts;
        counts[rows] = counts_of(reader, line);
        if (counts[rows].size() != counts[0].size()) {
            refuse(reader, "rows of different lengths");
        }
        ++rows;
    }
    if (rows != 4 || matrices.empty()) {
        refuse(reader,
               matrices.empty() ? "no matrices"
                                : "the last matrix is cut: the file ends within a matrix");
    }
    return matrices;
}

}  // namespace varhush::io
