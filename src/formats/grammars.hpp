// The grammars, one a type. Each stands in the file of its name.
#pragma once

#include "grammar.hpp"
#include "registry.hpp"

namespace uploadgate::formats {

// images
grammar png(reader& in, context& ctx);
grammar jpeg(reader& in, context& ctx);
grammar gif(reader& in, context& ctx);
grammar webp(reader& in, context& ctx);
grammar bmp(reader& in, context& ctx);
match bmp_signature(bytes_view first);
grammar tiff(reader& in, context& ctx);
match tiff_signature(bytes_view first);
grammar ico(reader& in, context& ctx);
// documents and text
grammar pdf_grammar(reader& in, context& ctx);
grammar text(reader& in, context& ctx);
grammar markdown(reader& in, context& ctx);
grammar html(reader& in, context& ctx);
grammar csv(reader& in, context& ctx);
grammar tsv(reader& in, context& ctx);
grammar json(reader& in, context& ctx);
grammar ndjson(reader& in, context& ctx);
grammar xml(reader& in, context& ctx);
grammar svg(reader& in, context& ctx);
grammar calendar(reader& in, context& ctx);
grammar contact(reader& in, context& ctx);
grammar subrip(reader& in, context& ctx);
grammar webvtt(reader& in, context& ctx);
// archives and office files
grammar gzip(reader& in, context& ctx);
grammar bzip2(reader& in, context& ctx);
grammar xz(reader& in, context& ctx);
grammar zstd(reader& in, context& ctx);
grammar tar(reader& in, context& ctx);
grammar rtf(reader& in, context& ctx);
grammar sevenzip(reader& in, context& ctx);
grammar rar(reader& in, context& ctx);
match rar_signature(bytes_view first);
match tar_signature(bytes_view first);
match bzip2_signature(bytes_view first);
match zstd_signature(bytes_view first);
grammar zip(reader& in, context& ctx);  // and the office families that are ZIPs
grammar ole2(reader& in, context& ctx);
// media
grammar isobmff_file(reader& in, context& ctx);
grammar matroska(reader& in, context& ctx);
grammar mp3(reader& in, context& ctx);
grammar adts(reader& in, context& ctx);
grammar riff(reader& in, context& ctx);
grammar aiff(reader& in, context& ctx);
grammar ogg(reader& in, context& ctx);
grammar flac(reader& in, context& ctx);
grammar midi(reader& in, context& ctx);
match avif_signature(bytes_view first);
match heic_signature(bytes_view first);
match mp4_signature(bytes_view first);
match m4a_signature(bytes_view first);
match mov_signature(bytes_view first);
match phone_signature(bytes_view first);
match mp3_signature(bytes_view first);
match adts_signature(bytes_view first);
match wav_signature(bytes_view first);
match avi_signature(bytes_view first);
match aiff_signature(bytes_view first);
match ogg_signature(bytes_view first);
match opus_signature(bytes_view first);
match ogv_signature(bytes_view first);
match webm_signature(bytes_view first);
match matroska_signature(bytes_view first);

}  // namespace uploadgate::formats
