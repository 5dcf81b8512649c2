#include "cli/table.h"

#include "base/assert.h"

#include <algorithm>

namespace govlog {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLastWidthMin = 20;
// No column is made narrower than this for the sake of the last; names that are wider run over then.
constexpr std::size_t kWidthMin = 8;
constexpr std::size_t kNameWidthMin = 20;

}  // namespace

void Table::add(std::vector<Cell> row) {
  GOVLOG_ASSERT(row.size() == columns_.size(), "{} cells for {} columns", row.size(), columns_.size());
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(std::size_t width) const {
  std::vector<std::size_t> result(columns_.size(), 0);
  std::size_t used = 0;
  const std::size_t last = columns_.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    result[i] = display_width(columns_[i].header);
    for (const auto& row : rows_) result[i] = std::max(result[i], std::min(display_width(row[i].text), columns_[i].width_max));
    used += result[i] + kGap;
  }
  for (std::size_t i = last; i-- > 0 && used + kLastWidthMin > width;) {
    const std::size_t narrowest = columns_[i].name ? kNameWidthMin : kWidthMin;
    if (result[i] <= narrowest) continue;
    const std::size_t less = std::min(result[i] - narrowest, used + kLastWidthMin - width);
    result[i] -= less;
    used -= less;
  }
  result[last] = used + kLastWidthMin > width ? kLastWidthMin : width - used;
  return result;
}

void Table::render_row(std::string& out, const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                       const Style& style, std::size_t width) const {
  std::string line;
  std::size_t at = 0;       // columns written
  std::size_t planned = 0;  // where the cell would begin if no name had run over
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool last = i + 1 == row.size();
    // A name that ran over takes its columns from the last cell.
    const std::size_t room = !last ? widths[i] : (width > at ? width - at : kLastWidthMin);
    const std::string text = columns_[i].name && !last ? row[i].text : cut(row[i].text, room);
    const std::size_t text_width = display_width(text);
    if (last && text.empty()) break;
    const std::size_t spare = text_width < widths[i] ? widths[i] - text_width : 0;
    if (columns_[i].right) {
      line.append(spare, ' ');
      at += spare;
    }
    line += style.paint(row[i].paint, text);
    at += text_width;
    planned += widths[i] + kGap;
    if (last) break;
    const std::size_t fill = planned > at + 1 ? planned - at : 1;
    line.append(fill, ' ');
    at += fill;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

std::string Table::render(const Style& style, std::size_t width) const {
  const std::vector<std::size_t> column_widths = widths(width);
  std::string out;
  std::vector<Cell> header;
  for (const Column& column : columns_) header.push_back({std::string(column.header), Paint::kFaint});
  render_row(out, header, column_widths, style, width);
  for (const auto& row : rows_) render_row(out, row, column_widths, style, width);
  return out;
}

}  // namespace govlog
