#!/bin/sh
# Makes the clips of the local cloud again: a slow journey over the three pictures of each tenant, as
# an HLS playlist of H.264 segments without sound. The results are committed, so that nobody needs
# ffmpeg to start the local cloud. FFMPEG names another program than the one on PATH.
set -eu
cd "$(dirname "$0")"
pan='scale=2560:1680,crop=2560:1440,zoompan=d=250:fps=25:s=640x360'
for tenant in acme globex initech; do
  rm -rf "$tenant" && mkdir "$tenant"
  "${FFMPEG:-ffmpeg}" -hide_banner -loglevel error \
    -i "../pictures/$tenant-1.png" -i "../pictures/$tenant-2.png" -i "../pictures/$tenant-3.png" \
    -filter_complex "[0]$pan:z='1.15+0.0006*on':x='(iw-iw/zoom)*on/250':y='(ih-ih/zoom)/2'[a];
      [1]$pan:z='1.3-0.0006*on':x='(iw-iw/zoom)*(1-on/250)':y='(ih-ih/zoom)/2'[b];
      [2]$pan:z='1.15+0.0006*on':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)*(1-on/250)'[c];
      [a][b]xfade=duration=1:offset=9[ab];[ab][c]xfade=duration=1:offset=18,format=yuv420p" \
    -c:v libx264 -preset veryslow -tune animation -profile:v high -crf 28 -g 75 \
    -keyint_min 75 -sc_threshold 0 -fflags +bitexact -flags:v +bitexact -map_metadata -1 \
    -hls_time 3 -hls_playlist_type vod -hls_segment_type fmp4 -hls_fmp4_init_filename start.mp4 \
    -hls_segment_filename "$tenant/part-%02d.m4s" "$tenant/index.m3u8"
done
