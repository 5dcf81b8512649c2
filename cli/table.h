#pragma once
// Rows in aligned columns that fit a width. The last column takes what is left; names are never cut, since one copies them.

#include "cli/terminal_text.h"

#include <string>
#include <string_view>
#include <vector>

namespace govlog {

struct Cell {
  std::string text;  // visible() already
  Paint paint = Paint::kPlain;
};

struct Column {
  std::string_view header;
  std::size_t width_max;  // a wider cell is cut, or runs over where it is a name
  bool name = false;      // never cut
  bool right = false;     // aligned right
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column.
  void add(std::vector<Cell> row);

  bool empty() const { return rows_.empty(); }

  /// Header and rows, each ended by a newline, no trailing spaces.
  std::string render(const Style& style, std::size_t width) const;

 private:
  std::vector<std::size_t> widths(std::size_t width) const;
  void render_row(std::string& out, const std::vector<Cell>& row, const std::vector<std::size_t>& widths, const Style& style,
                  std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace govlog
