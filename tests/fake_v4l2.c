/* A webcam as Video4Linux shows it, for programs that LD_PRELOAD this: thirty times a second it sends a JPEG.
 *
 * FAKE_CAMERA         the device's path: /dev/video90
 * FAKE_CAMERA_SIZE    640x480
 * FAKE_CAMERA_JPEGS   a file with its pictures one after the other, each after its length (4 bytes, little-endian)
 * FAKE_CAMERA_FORMAT  YUYV for a camera that knows no JPEG: it sends grey pictures
 *
 * The descriptor is a timer's, so that waiting for it works as for a camera's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { BUFFERS = 4, PERIOD_NS = 33333333 };

static int camera = -1;
static uint32_t width, height, format, room;
static void *memory[BUFFERS];
static int queued[BUFFERS], waiting;
static unsigned char *jpegs;
static long jpegs_size, at;
static uint32_t sequence;

static uint32_t offered(void) {
    const char *name = getenv("FAKE_CAMERA_FORMAT");
    return name && !strcmp(name, "YUYV") ? V4L2_PIX_FMT_YUYV : V4L2_PIX_FMT_MJPEG;
}

static int is_camera(const char *path) {
    const char *ours = getenv("FAKE_CAMERA");
    return ours && !strcmp(path, ours);
}

/* At the start, when the program may still read files. */
__attribute__((constructor)) static void load(void) {
    const char *path = getenv("FAKE_CAMERA_JPEGS");
    FILE *file = path ? fopen(path, "rb") : NULL;
    if (!file) return;
    fseek(file, 0, SEEK_END);
    jpegs_size = ftell(file);
    rewind(file);
    jpegs = malloc(jpegs_size);
    jpegs_size = fread(jpegs, 1, jpegs_size, file);
    fclose(file);
}

static int open_camera(void) {
    if (!jpegs || sscanf(getenv("FAKE_CAMERA_SIZE"), "%ux%u", &width, &height) != 2) return errno = ENODEV, -1;
    format = offered();
    room = width * height * 2;
    waiting = at = 0;
    return camera = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
}

#define OPEN(NAME)                                                                                                     \
    int NAME(const char *path, int flags, ...) {                                                                       \
        if (is_camera(path)) return open_camera();                                                                     \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        int mode = va_arg(rest, int);                                                                                  \
        va_end(rest);                                                                                                  \
        return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #NAME))(path, flags, mode);                          \
    }
OPEN(open)
OPEN(open64)

static void describe(struct v4l2_pix_format *pix) {
    pix->width = width;
    pix->height = height;
    pix->pixelformat = format;
    pix->field = V4L2_FIELD_NONE;
    pix->bytesperline = format == V4L2_PIX_FMT_YUYV ? width * 2 : 0;
    pix->sizeimage = room;
}

/* The picture after `ticks` thirtieths of a second: a buffer is filled with the first that comes after it is queued, and
 * what comes while none is queued is lost. */
static uint32_t fill(unsigned char *into, uint64_t ticks) {
    sequence += ticks;
    if (format == V4L2_PIX_FMT_YUYV) {
        memset(into, 128 + sequence % 2, room);
        return room;
    }
    uint32_t size = 0;
    for (long filled = -1; ticks; ticks--) {
        if (at + 4 > jpegs_size) at = 0;
        memcpy(&size, jpegs + at, 4);
        if (filled < 0) memcpy(into, jpegs + at + 4, filled = size);
        at += 4 + size;
        size = filled;
    }
    return size;
}

static int take(struct v4l2_buffer *buffer) {
    uint64_t ticks;
    if (!waiting || read(camera, &ticks, sizeof ticks) < 0) return errno = EAGAIN, -1;
    int index = queued[0];
    memmove(queued, queued + 1, --waiting * sizeof *queued);
    buffer->index = index;
    buffer->bytesused = fill(memory[index], ticks);
    buffer->length = room;
    buffer->sequence = sequence;
    buffer->memory = V4L2_MEMORY_MMAP;
    buffer->field = V4L2_FIELD_NONE;
    return 0;
}

static int answer(unsigned long request, void *what) {
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *capability = what;
        memset(capability, 0, sizeof *capability);
        strcpy((char *)capability->driver, "fake");
        strcpy((char *)capability->card, "Toy Cam");
        capability->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
        capability->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_ENUMINPUT:
        return ((struct v4l2_input *)what)->index ? (errno = EINVAL, -1) : 0;
    case VIDIOC_G_INPUT:
        *(int *)what = 0;
        return 0;
    case VIDIOC_S_INPUT:
        return 0;
    case VIDIOC_G_FMT:
        describe(&((struct v4l2_format *)what)->fmt.pix);
        return 0;
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT: /* as drivers do: what was asked for becomes what there is */
        describe(&((struct v4l2_format *)what)->fmt.pix);
        return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_captureparm *capture = &((struct v4l2_streamparm *)what)->parm.capture;
        capture->capability = V4L2_CAP_TIMEPERFRAME;
        capture->timeperframe.numerator = 1;
        capture->timeperframe.denominator = 30;
        return 0;
    }
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wish = what;
        if (wish->count > BUFFERS) wish->count = BUFFERS;
        waiting = 0;
        return 0;
    }
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = what;
        buffer->length = room;
        buffer->m.offset = buffer->index * room;
        return 0;
    }
    case VIDIOC_QBUF:
        queued[waiting++] = ((struct v4l2_buffer *)what)->index;
        return 0;
    case VIDIOC_DQBUF:
        return take(what);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF: {
        struct itimerspec each = {{0, 0}, {0, 0}};
        if (request == VIDIOC_STREAMON) each.it_interval.tv_nsec = each.it_value.tv_nsec = PERIOD_NS;
        return timerfd_settime(camera, 0, &each, NULL);
    }
    default:
        return errno = EINVAL, -1;
    }
}

int ioctl(int descriptor, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *what = va_arg(rest, void *);
    va_end(rest);
    if (descriptor == camera && camera >= 0) return answer(request, what);
    return ((int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl"))(descriptor, request, what);
}

#define MMAP(NAME)                                                                                                     \
    void *NAME(void *where, size_t length, int protection, int flags, int descriptor, off_t offset) {                  \
        void *(*real)(void *, size_t, int, int, int, off_t) = dlsym(RTLD_NEXT, #NAME);                                 \
        if (descriptor != camera || camera < 0) return real(where, length, protection, flags, descriptor, offset);     \
        return memory[offset / room] = real(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); \
    }
MMAP(mmap)
MMAP(mmap64)

int close(int descriptor) {
    if (descriptor == camera) camera = -1;
    return ((int (*)(int))dlsym(RTLD_NEXT, "close"))(descriptor);
}
